// Builds the playground into target/playground: `node examples/playground/build.mjs`, after `make wasm`.
// It takes the npm package as people get it, from target/wasm/npm, and the examples as they are, from examples/.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const tools = join(root, "target/playground-tools");
const npmPackage = join(root, "target/wasm/npm");
const site = join(root, "target/playground");

const read = (...path) => readFileSync(join(...path), "utf8");

// The tools of package-lock.json, unless they are there.
function install() {
  const lock = "package-lock.json";
  if (existsSync(join(tools, "installed")) && read(tools, "installed") === read(here, lock)) {
    return;
  }
  mkdirSync(tools, { recursive: true });
  for (const name of ["package.json", lock]) {
    copyFileSync(join(here, name), join(tools, name));
  }
  const options = ["--loglevel=error", "--no-audit", "--no-fund", "--ignore-scripts"];
  execFileSync("npm", ["ci", ...options], { cwd: tools, stdio: ["ignore", "ignore", "inherit"] });
  symlinkSync(npmPackage, join(tools, "node_modules/function-appauth"));
  copyFileSync(join(here, lock), join(tools, "installed"));
}

// Each AppAuth in examples/, the plain ones first, with what is beside it.
function examples() {
  const order = ["web-app", "single-page-app", "mobile-app", "federated-app", "service-with-scopes", "shared-pool", "everything"];
  const folders = readdirSync(join(root, "examples")).filter((name) => existsSync(join(root, "examples", name, "xr.yaml")));
  folders.sort((one, other) => (order.indexOf(one) + 1 || 99) - (order.indexOf(other) + 1 || 99));
  return folders.flatMap((folder) => {
    const at = join(root, "examples", folder);
    const optional = (name) => (existsSync(join(at, name)) ? read(at, name) : undefined);
    const [, title] = /^# (.*)$/m.exec(read(at, "README.md"));
    const others = readdirSync(at).filter((name) => name.endsWith(".yaml") && name !== "xr.yaml" && /^kind: \w*AppAuth$/m.test(read(at, name)));
    const shared = { input: input(read(at, "composition.yaml")), required: optional("required.yaml") };
    return [
      { id: folder, title, appAuth: read(at, "xr.yaml"), ...shared, observed: optional("observed.yaml") },
      ...others.map((name) => {
        const stem = name.replace(".yaml", "");
        return { id: `${folder}/${stem}`, title: `${title}: ${stem.replaceAll("-", " ")}`, appAuth: read(at, name), ...shared };
      }),
    ];
  });
}

// The Input in a Composition as it is written, with its comments.
function input(composition) {
  const lines = composition.split("\n");
  const start = lines.findIndex((line) => /^\s+input:\s*$/.test(line));
  if (start < 0) {
    if (/\binput:/.test(composition)) {
      throw new Error("examples: an input: that is no block; write it below its key");
    }
    return "";
  }
  const depth = (line) => line.search(/\S/);
  const within = depth(lines[start + 1]);
  const length = lines.slice(start + 1).findIndex((line) => depth(line) >= 0 && depth(line) < within);
  const block = lines.slice(start + 1, length < 0 ? undefined : start + 1 + length);
  return `${block.map((line) => line.slice(within)).join("\n").trimEnd()}\n`;
}

if (!existsSync(join(npmPackage, "module.wasm"))) {
  throw new Error("target/wasm/npm: there is no npm package; make wasm builds it");
}
install();
const esbuild = createRequire(join(tools, "package.json"))("esbuild");
writeFileSync(join(tools, "examples.json"), JSON.stringify(examples()));
const common = {
  bundle: true,
  minify: true,
  legalComments: "none",
  charset: "utf8",
  target: ["chrome123", "firefox120", "safari17.5"],
  write: false,
  logLevel: "warning",
};
const { outputFiles, metafile } = await esbuild.build({
  ...common,
  entryPoints: ["main.js", "worker.js", "style.css"].map((name) => join(here, "src", name)),
  outdir: site,
  format: "esm",
  nodePaths: [join(tools, "node_modules")],
  metafile: true,
  // Paths in the metafile begin with node_modules.
  absWorkingDir: tools,
  alias: { "#examples": join(tools, "examples.json") },
});
const script = async (name, define) =>
  (await esbuild.build({ ...common, entryPoints: [join(here, "src", name)], format: "iife", define })).outputFiles[0].contents;

const assets = Object.fromEntries(outputFiles.map(({ path, contents }) => [path.slice(site.length + 1), contents]));
assets["theme.js"] = await script("theme.js");
assets["licenses.txt"] = licenses(Object.keys(metafile.inputs));
assets["icon.svg"] = readFileSync(join(here, "src/icon.svg"));
assets["module.wasm"] = readFileSync(join(npmPackage, "module.wasm"));
// One folder by the content of all: within it, files find each other by name.
const page = read(here, "index.html");
const hash = createHash("sha256").update(page);
for (const [name, contents] of Object.entries(assets)) {
  hash.update(name).update(contents);
}
const version = hash.digest("hex").slice(0, 12);
const files = { "index.html": page.replaceAll("SITE/", `${version}/`) };
for (const [name, contents] of Object.entries(assets)) {
  files[`${version}/${name}`] = contents;
}
const kept = ["./", ...Object.keys(files).filter((name) => name !== "index.html")];
files["sw.js"] = await script("sw.js", { SITE: JSON.stringify(version), FILES: JSON.stringify(kept) });

rmSync(site, { recursive: true, force: true });
mkdirSync(join(site, version), { recursive: true });
let size = 0;
let compressed = 0;
for (const [name, contents] of Object.entries(files)) {
  writeFileSync(join(site, name), contents);
  size += Buffer.byteLength(contents);
  compressed += gzipSync(contents, { level: 9 }).length;
  console.log(`${name}: ${kilobytes(Buffer.byteLength(contents))}, ${kilobytes(gzipSync(contents, { level: 9 }).length)} compressed`);
}
console.log(`target/playground: ${kilobytes(size)}, ${kilobytes(compressed)} compressed`);

// What the licences of the packages that went into the page ask for: their text, beside it.
function licenses(inputs) {
  const names = inputs.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const packages = [...new Set(names.filter(Boolean))].sort();
  const texts = packages.map((name) => {
    const { version } = JSON.parse(read(tools, "node_modules", name, "package.json"));
    return `${name} ${version}\n\n${read(tools, "node_modules", name, "LICENSE").trim()}\n`;
  });
  const ours = [`function-appauth\n\n${read(root, "LICENSE").trim()}\n`, read(npmPackage, "THIRD-PARTY.txt")];
  return [...ours, ...texts].join(`\n${"-".repeat(80)}\n\n`);
}

function kilobytes(bytes) {
  return `${Math.ceil(bytes / 1024)} KB`;
}
