"""The packages as Crossplane gets them: read back from the files and from a registry, and what is in them run as in a pod.

`make package`, or package/build.sh amd64, has built them.
"""

import gzip
import hashlib
import io
import json
import os
import re
import signal
import socket
import subprocess
import tarfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import grpc
import pytest
import yaml
from crossplane.function.proto.v1 import run_function_pb2 as v1
from crossplane.function.proto.v1 import run_function_pb2_grpc as v1_grpc
from google.protobuf import json_format
from test_server import EXAMPLES, REPOSITORY, documents, request

TOOLS, BUILT = REPOSITORY / "target/tools", REPOSITORY / "target/package"
VERSION = next(
    line.split('"')[1] for line in (REPOSITORY / "Cargo.toml").read_text().splitlines() if line.startswith("version")
)
FUNCTION = BUILT / f"function-appauth-{VERSION}-amd64.xpkg"
CONFIGURATION = BUILT / f"configuration-appauth-{VERSION}.xpkg"
BASE, MORE = "base", "upbound"


class Image:
    """An image: its configuration, and of each layer the digest of what is in it, and that."""

    def __init__(self, config, layers):
        self.config = json.loads(config)
        contents = [gzip.decompress(layer) if layer[:2] == b"\x1f\x8b" else layer for layer in layers]
        self.layers = {"sha256:" + hashlib.sha256(layer).hexdigest(): layer for layer in layers}
        assert ["sha256:" + hashlib.sha256(each).hexdigest() for each in contents] == self.config["rootfs"]["diff_ids"]
        self.entries = [read_archive(each) for each in contents]

    @classmethod
    def of_file(cls, path):
        archive = read_archive(path.read_bytes())
        (manifest,) = json.loads(archive["manifest.json"][1])
        return cls(archive[manifest["Config"]][1], [archive[name][1] for name in manifest["Layers"]])

    def annotations(self):
        """Which layer is what, as it stands in a file of a package."""
        prefix = "io.crossplane.xpkg:"
        labels = self.config["config"]["Labels"]
        return {key.removeprefix(prefix): value for key, value in labels.items() if key.startswith(prefix)}

    def manifests(self, name):
        (entries,) = [entries for entries in self.entries if name in entries]
        return [document for document in yaml.safe_load_all(entries[name][1]) if document]


def read_archive(data):
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        entries = [(entry, archive.extractfile(entry)) for entry in archive]
        return {entry.name: (entry, file.read() if file else None) for entry, file in entries}


@pytest.fixture(scope="module")
def package():
    return Image.of_file(FUNCTION)


def test_the_layers_are_ours_and_each_is_marked(package):
    names = [sorted(name for name, (entry, _) in entries.items() if entry.isfile()) for entries in package.entries]
    ours = ["function-appauth", "licenses/LICENSE", "licenses/THIRD-PARTY.txt"]
    assert names == [ours, ["package.yaml"], [".up/examples.yaml"]]
    runtime, base, more = package.layers
    assert package.annotations() == {base: BASE, more: MORE}


def test_the_base_layer_has_the_function_and_its_input(package):
    function, crd = package.manifests("package.yaml")
    (source,) = documents("package/crossplane.yaml")
    assert function["metadata"]["name"] == "function-appauth"
    assert (function["kind"], function["spec"]) == ("Function", source["spec"])
    assert function["spec"]["capabilities"] == ["composition"]
    (expected,) = documents("package/input/appauth.fn.crossplane.io_inputs.yaml")
    assert (crd["kind"], crd["spec"]) == ("CustomResourceDefinition", expected["spec"])


def test_the_examples_are_those_of_the_repository(package):
    shown = package.manifests(".up/examples.yaml")
    for example in EXAMPLES:
        (composition,) = documents(f"examples/{example}/composition.yaml")
        assert composition in shown
    assert {each["kind"] for each in shown} == {"AppAuth", "XAppAuth", "Composition"}


def test_the_runtime_needs_no_root_and_nothing_around_it(package):
    config = package.config["config"]
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["/function-appauth"]
    assert config["ExposedPorts"] == {"9443/tcp": {}}
    assert config.get("Env", []) == [] and not config.get("Cmd") and not config.get("Volumes")
    assert (package.config["os"], package.config["architecture"]) == ("linux", "amd64")
    labels = config["Labels"]
    assert labels["org.opencontainers.image.version"] == VERSION
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"
    assert labels["org.opencontainers.image.created"] == package.config["created"]
    for entry, _ in package.entries[0].values():
        assert (entry.uid, entry.gid, entry.mode & 0o022) == (0, 0, 0), entry.name
        assert entry.mode & 0o555 == (0o444 if entry.isfile() and entry.name != "function-appauth" else 0o555), entry.name


def test_the_program_is_static():
    said = subprocess.run(
        ["readelf", "--wide", "--segments", "--dynamic", BUILT / "amd64/function-appauth"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    assert "LOAD" in said
    assert "INTERP" not in said and "(NEEDED)" not in said


def test_the_program_does_not_say_where_and_when_it_was_built():
    program = (BUILT / "amd64/function-appauth").read_bytes()
    for place in [REPOSITORY, Path.home()]:
        assert f"{place}/".encode() not in program, place
    assert re.findall(rb"\0\d\d:\d\d:\d\d\0|\0[A-Z][a-z]{2} [ \d]\d 20\d\d\0", program) == []


def test_the_licences_are_those_of_what_is_compiled_in(package):
    text = package.entries[0]["licenses/THIRD-PARTY.txt"][1].decode()
    command = ["cargo", "tree", "--locked", "--edges=normal,no-proc-macro", "--prefix=none", "--format={p}"]
    command += ["--target=x86_64-unknown-linux-gnu"]
    tree = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout
    crates = {tuple(line.replace(" v", " ").split()[:2]) for line in tree.splitlines()}
    crates.remove(("function-appauth", VERSION))
    assert ("ring" in dict(crates)) and len(crates) > 50
    for name, version in crates:
        assert f"\n{name} {version} (" in text, name
    assert "\nproptest " not in text, "only tests have it"
    for words in ["the GNU C library", "the standard library of Rust", "GNU LESSER GENERAL PUBLIC LICENSE", "Brian Smith"]:
        assert words in text, words


def test_the_licences_of_the_guest_are_beside_it():
    text = (REPOSITORY / "target/wasm/function-appauth.wasm.licenses.txt").read_text()
    assert "\nregex-lite " in text and "\nprost " in text and "\nzmij " in text
    assert "\ntokio " not in text and "\nwasm-bindgen " not in text


def test_the_same_is_built_again(tmp_path):
    images = []
    for umask, zone in [("022", "UTC"), ("077", "Asia/Kathmandu")]:
        command = f"umask {umask} && '{REPOSITORY}/package/image/build.sh' amd64"
        environment = {**os.environ, "TZ": zone}
        subprocess.run(["bash", "-c", command], cwd=tmp_path, env=environment, check=True, capture_output=True)
        images.append(hashlib.sha256((REPOSITORY / "target/image/amd64/image.tar").read_bytes()).hexdigest())
    assert images[0] == images[1]


def test_the_configuration_brings_the_function_along():
    package = Image.of_file(CONFIGURATION)
    names = [sorted(entries) for entries in package.entries]
    assert names == [["package.yaml"], [".up/examples.yaml"]]
    configuration, *objects = package.manifests("package.yaml")
    depends = configuration["spec"]["dependsOn"]
    (provider,) = [each for each in depends if "provider" in each]
    (function,) = [each for each in depends if "function" in each]
    assert (configuration["kind"], len(depends)) == ("Configuration", 2)
    assert function["version"] == f">=v{VERSION}" and provider["provider"].endswith("/provider-aws")
    # Crossplane names what it brings along for where it was, without the registry.
    name = function["function"].partition("/")[2].replace("/", "-")
    xrd, composition = sorted(objects, key=lambda each: each["kind"])
    assert [step["functionRef"]["name"] for step in composition["spec"]["pipeline"]] == [name]
    assert xrd["spec"] == documents("package/configuration/xrd.yaml")[0]["spec"]


def test_every_command_line_tool_builds_the_package(tmp_path):
    for version in ["1.14", "1.20", "2.2"]:
        output = tmp_path / f"{version}.xpkg"
        build = ["xpkg", "build", "-f", "package", "--ignore=configuration/*,wasm/*", "-o", output]
        build += ["--examples-root", tmp_path / "none"]
        subprocess.run([TOOLS / f"crossplane-{version}", *build], cwd=REPOSITORY, check=True, capture_output=True)
        function, crd = Image.of_file(output).manifests("package.yaml")
        assert (function["kind"], crd["kind"]) == ("Function", "CustomResourceDefinition")


# -- a registry


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


class Registry:
    """A registry on the loopback, and what it says."""

    def __init__(self, folder):
        self.address = f"127.0.0.1:{free_port()}"
        self.folder = folder
        self.process = subprocess.Popen(
            [TOOLS / "crane", "registry", "serve", "--address", self.address],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until(lambda: self.get("") is not None)

    def get(self, path, accept="*/*"):
        asked = urllib.request.Request(f"http://{self.address}/v2/{path}", headers={"Accept": accept})
        with urllib.request.urlopen(asked) as answer:
            return answer.read()

    def crane(self, *words):
        command = [TOOLS / "crane", *map(str, words)]
        return subprocess.run(command, check=True, capture_output=True).stdout

    def push(self, name, *files):
        tag = f"{self.address}/{name}:v{VERSION}"
        command = [TOOLS / "crossplane-2.2", "xpkg", "push", "-f", ",".join(map(str, files)), tag]
        # No credentials of whoever runs this.
        subprocess.run(command, check=True, env={"HOME": str(self.folder), "PATH": os.environ["PATH"]})
        return tag

    def manifest(self, name, reference):
        return json.loads(self.get(f"{name}/manifests/{reference}"))

    def image(self, name, manifest):
        blobs = [self.get(f"{name}/blobs/{each['digest']}") for each in [manifest["config"], *manifest["layers"]]]
        return Image(blobs[0], blobs[1:])


def until(done):
    end = time.monotonic() + 20
    while True:
        try:
            if done():
                return
        except (OSError, urllib.error.URLError, grpc.RpcError):
            if time.monotonic() > end:
                raise
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    registry = Registry(tmp_path_factory.mktemp("registry"))
    yield registry
    registry.process.terminate()
    registry.process.wait(20)


def test_what_is_pushed_is_read_back(registry, package):
    name = "platform/function-appauth"
    registry.push(name, FUNCTION)
    manifest = registry.manifest(name, f"v{VERSION}")
    marks = [layer.get("annotations", {}).get("io.crossplane.xpkg") for layer in manifest["layers"]]
    assert marks == [None, BASE, MORE]
    pushed = registry.image(name, manifest)
    assert list(pushed.layers) == [layer["digest"] for layer in manifest["layers"]]
    assert pushed.manifests("package.yaml") == package.manifests("package.yaml")
    assert pushed.entries[0]["function-appauth"][1] == (BUILT / "amd64/function-appauth").read_bytes()


def test_packages_of_two_platforms_become_one_of_both(registry, tmp_path):
    # The other one's program is of no account here, so that it need not be compiled.
    name = "platform/both"
    image = tmp_path / "image.tar"
    one, other = f"{registry.address}/images/one:v1", f"{registry.address}/images/other:v1"
    registry.crane("push", REPOSITORY / "target/image/amd64/image.tar", one)
    registry.crane("mutate", "--set-platform=linux/arm64", one, "--tag", other)
    registry.crane("pull", other, image)
    arm64 = tmp_path / "arm64.xpkg"
    build = ["xpkg", "build", "--package-root=package", "--ignore=configuration/*,wasm/*", f"--package-file={arm64}"]
    build += [f"--embed-runtime-image-tarball={image}", f"--examples-root={tmp_path / 'none'}"]
    subprocess.run([TOOLS / "crossplane-2.2", *build], cwd=REPOSITORY, check=True, capture_output=True)
    registry.push(name, FUNCTION, arm64)
    index = registry.manifest(name, f"v{VERSION}")
    assert [each["platform"]["architecture"] for each in index["manifests"]] == ["amd64", "arm64"]
    for each in index["manifests"]:
        manifest = registry.manifest(name, each["digest"])
        marks = [layer.get("annotations", {}).get("io.crossplane.xpkg") for layer in manifest["layers"]]
        assert BASE in marks
        assert registry.image(name, manifest).config["architecture"] == each["platform"]["architecture"]


# -- as in a pod


def container_of_example():
    (runtime,) = documents("examples/runtime/runtime.yaml")
    (container,) = runtime["spec"]["deploymentTemplate"]["spec"]["template"]["spec"]["containers"]
    return container


@pytest.fixture(scope="module")
def pod(registry, tmp_path_factory):
    """What is in the registry's image, with its user, on a file system that cannot be written to, as the example has it."""
    image = registry.push("platform/pod", FUNCTION)
    root = tmp_path_factory.mktemp("pod")
    root.chmod(0o755)
    subprocess.run(["tar", "-x", "-C", root], input=registry.crane("export", image, "-"), check=True)
    config = json.loads(registry.crane("config", image))["config"]
    port, metrics = free_port(), free_port()
    args = [each.replace(":8080", f"127.0.0.1:{metrics}") for each in container_of_example()["args"]]
    script = (
        'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && cd / && user=$2 && root=$1 && shift 2 && '
        'exec setpriv --no-new-privs chroot --userspec="$user" --groups= "$root" "$@"'
    )
    if os.geteuid() != 0:
        pytest.skip("only root may mount, and become another user")
    command = ["unshare", "--mount", "sh", "-c", script, "sh", root, config["User"], *config["Entrypoint"]]
    process = subprocess.Popen(
        [*map(str, command), *args, "--insecure", f"--address=127.0.0.1:{port}"],
        env={"PATH": os.environ["PATH"]}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    line = process.stderr.readline()
    assert process.poll() is None and line.startswith("{"), line + process.stderr.read()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield process, channel, metrics
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert process.returncode == 0


def test_it_runs_as_nobody_on_a_file_system_that_cannot_be_written_to(pod):
    process, _, _ = pod
    status = dict(line.split(":\t", 1) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines())
    assert status["Name"] == "function-appaut"
    assert status["Uid"].split() == ["65532"] * 4 and status["Gid"].split() == ["65532"] * 4
    assert status["Groups"].strip() == "" and status["NoNewPrivs"] == "1"
    assert [int(status[name], 16) for name in ("CapPrm", "CapEff", "CapInh", "CapAmb")] == [0, 0, 0, 0]
    mounts = [line.split() for line in Path(f"/proc/{process.pid}/mountinfo").read_text().splitlines()]
    (options,) = [fields[5] for fields in mounts if fields[4] == "/"]
    assert "ro" in options.split(",")


def test_it_is_healthy_and_renders(pod):
    _, channel, _ = pod
    health = channel.unary_unary("/grpc.health.v1.Health/Check", lambda data: data, lambda data: data)
    assert health(b"", timeout=20) == b"\x08\x01", "SERVING"
    stub = v1_grpc.FunctionRunnerServiceStub(channel)
    for example in EXAMPLES:
        body = json_format.ParseDict(request(example), v1.RunFunctionRequest())
        response = json_format.MessageToDict(stub.RunFunction(body, timeout=20))
        assert response["desired"]["resources"], example
        assert [each for each in response.get("results", []) if each["severity"] == "SEVERITY_FATAL"] == []


def test_it_answers_the_probe_of_the_example(pod):
    _, _, metrics = pod
    probe = container_of_example()["livenessProbe"]["httpGet"]
    assert probe["port"] == 8080
    with urllib.request.urlopen(f"http://127.0.0.1:{metrics}{probe['path']}", timeout=20) as answer:
        assert answer.status == 200 and b"\n# TYPE " in b"\n" + answer.read()


# -- how it is run


def test_crossplane_takes_the_runtime_of_the_example(tmp_path):
    for version in ["1.20", "2.2"]:
        crds = TOOLS / "crossplane-crds" / version
        for name in ["runtime.yaml", "function.yaml"]:
            command = [TOOLS / f"crossplane-{version}", "beta", "validate", crds / "crossplane@local"]
            command += [REPOSITORY / "examples/runtime" / name, "--error-on-missing-schemas"]
            command += ["--crossplane-image=crossplane:local", "--cache-dir", crds]
            subprocess.run(command, check=True, cwd=tmp_path)


def test_the_parts_of_the_runtime_point_at_each_other(package):
    runtime, function, budget = [
        documents(f"examples/runtime/{name}.yaml")[0] for name in ["runtime", "function", "disruption-budget"]
    ]
    assert function["spec"]["runtimeConfigRef"]["name"] == runtime["metadata"]["name"]
    # The labels that Crossplane gives to the pods of a Function.
    labels = {"pkg.crossplane.io/function": function["metadata"]["name"]}
    assert budget["spec"]["selector"]["matchLabels"] == labels
    deployment = runtime["spec"]["deploymentTemplate"]["spec"]
    pod = deployment["template"]["spec"]
    assert [each["labelSelector"]["matchLabels"] for each in pod["topologySpreadConstraints"]] == [labels]
    assert budget["spec"]["minAvailable"] < deployment["replicas"]
    user, group = map(int, package.config["config"]["User"].split(":"))
    assert (pod["securityContext"]["runAsUser"], pod["securityContext"]["runAsGroup"]) == (user, group)


# -- the scripts that make all this


def test_the_workflows_are_sound():
    workflows = sorted((REPOSITORY / ".github/workflows").glob("*.yml"))
    assert len(workflows) == 2
    subprocess.run([TOOLS / "actionlint", "-shellcheck=/usr/bin/shellcheck", "-pyflakes=", *workflows], check=True)


def test_the_scripts_are_sound():
    listed = subprocess.run(["git", "ls-files", "*.sh", ".ci/run"], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    scripts = listed.stdout.split()
    assert ".ci/run" in scripts and "package/build.sh" in scripts
    subprocess.run(["shellcheck", "--severity=warning", *scripts], cwd=REPOSITORY, check=True)
