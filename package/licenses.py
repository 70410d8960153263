#!/usr/bin/env python3
"""Prints the licences of what is compiled in: `package/licenses.py TARGET FEATURES [NAME=FILE…]`.

FEATURES are the crate's, with commas between them. NAME=FILE is something else that is linked in, and its licence. Of a
crate that may be had under the Apache licence or another one, the former is taken, which is ours, too: its text is here
once, and not a hundred times.
"""

import collections
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAMES = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)
APACHE = "Apache-2.0"
MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""


def cargo(*words):
    command = [os.environ.get("CARGO", "cargo"), *words]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def crates(target, features):
    """What cargo compiles in: no proc-macros, no build scripts, and no features that only tests ask for."""
    tree = cargo(
        "tree", "--locked", "--edges=normal,no-proc-macro", "--target", target, "--no-default-features",
        "--features", features, "--prefix=none", "--format={p}",
    )  # fmt: skip
    names = {tuple(line.split()[:2]) for line in tree.splitlines() if line}
    packages = json.loads(cargo("metadata", "--locked", "--format-version=1"))["packages"]
    found = [each for each in packages if (each["name"], "v" + each["version"]) in names and each["source"]]
    assert len(found) == len(names) - 1, "cargo's tree and its metadata have other crates"
    return found


def texts(crate):
    """The texts to show of a crate, which may bring more than one: sources of others are in some."""
    folder = Path(crate["manifest_path"]).parent
    files = sorted(file for file in folder.rglob("*") if file.is_file() and NAMES.match(file.name))
    files = [file for file in files if file.suffix not in {".rs", ".c", ".h", ".html"}]
    licence = crate["license"].replace("/", " OR ")
    # A single choice, and not one of several.
    chosen = APACHE if APACHE in licence and "AND" not in licence and not licence == APACHE else None
    if chosen:
        yield None
        # What lies deeper is somebody else's; a NOTICE is to be passed on.
        files = [file for file in files if file.parent != folder or NAMES.match(file.name)[1].lower() == "notice"]
    for file in files:
        text = file.read_text(errors="replace").strip("\n")
        yield None if is_apache(text) else text
    if not files and not chosen:
        if crate["license"] != "MIT":
            sys.exit(f"{crate['name']}: no file says what {crate['license']} asks for; say it in package/licenses.py")
        authors = ", ".join(crate["authors"]) or f"the authors of {crate['name']}, {crate['repository']}"
        yield f"Copyright (c) {authors}\n\n{MIT}"


def is_apache(text):
    start = " ".join(text.split())[:80]
    return start.startswith("Apache License Version 2.0") and "END OF TERMS AND CONDITIONS" in text


def main(target, features, others):
    by_text = collections.defaultdict(list)
    rust = subprocess.run([os.environ.get("RUSTC", "rustc"), "--version"], check=True, stdout=subprocess.PIPE, text=True)
    version = rust.stdout.split()[1]
    by_text[None].append(f"the standard library of Rust {version} (MIT OR {APACHE}), https://www.rust-lang.org")
    for crate in crates(target, features):
        repository = f", {crate['repository']}" if crate["repository"] else ""
        line = f"{crate['name']} {crate['version']} ({crate['license']}){repository}"
        for text in dict.fromkeys(texts(crate)):
            by_text[text].append(line)
    for other in others:
        name, file = other.split("=", 1)
        by_text[Path(file).read_text().strip("\n")].append(name)
    apache = by_text.pop(None)
    sections = [(apache, (ROOT / "LICENSE").read_text().strip("\n"))]
    sections += [(lines, text) for text, lines in sorted(by_text.items(), key=lambda item: item[1])]
    print("function-appauth has works of others in it. They are, with their licences:")
    for lines, text in sections:
        print("\n" + "-" * 80 + "\n")
        print("\n".join(sorted(lines)) + "\n\n" + text)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
