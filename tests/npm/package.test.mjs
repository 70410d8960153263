// The npm package as people get it: installed from its tarball into an empty project.
// node --test tests/npm/package.test.mjs

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../..", import.meta.url));
const built = join(root, "target/wasm");
const tarball = join(built, readdirSync(built).find((name) => name.endsWith(".tgz")));

const APP_AUTH = `apiVersion: platform.example.org/v1alpha1
kind: XAppAuth
metadata: {name: storefront}
spec:
  region: eu-west-1
  clients:
    - name: web
      type: Web
      callbackUrls: [https://shop.example.org/callback]
`;

let project;
let appauth;

before(async () => {
  project = mkdtempSync(join(tmpdir(), "appauth-"));
  writeFileSync(join(project, "package.json"), '{"type": "module", "private": true}');
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--offline", tarball], { cwd: project });
  writeFileSync(join(project, "use.js"), 'export * from "function-appauth";');
  appauth = await import(pathToFileURL(join(project, "use.js")));
});

test("the tarball has what it should have, and no more", () => {
  const names = readdirSync(join(project, "node_modules/function-appauth")).sort();
  const { files } = JSON.parse(readFileSync(join(root, "package/npm/package.json"), "utf8"));
  assert.deepEqual(names, [...files, "package.json"].sort());
});

test("the licences of what is in the module are with it, and no others", () => {
  const text = readFileSync(join(project, "node_modules/function-appauth/THIRD-PARTY.txt"), "utf8");
  for (const crate of ["regex-lite", "schemars", "serde_json", "sha2", "wasm-bindgen"]) {
    assert.match(text, new RegExp(`^${crate} [0-9.]+ \\(`, "m"));
  }
  assert.match(text, /TERMS AND CONDITIONS FOR USE/);
  assert.match(text, /Permission is hereby granted/);
  assert.doesNotMatch(text, /^(tokio|ring|clap) /m);
});

test("its version is the crate's", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package/npm/package.json"), "utf8"));
  const [, crate] = /^version = "(.*)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"));
  assert.equal(version, crate);
});

test("renders what the command renders", () => {
  const file = join(root, "examples/web-app/xr.yaml");
  const composition = join(root, "examples/web-app/composition.yaml");
  const command = process.env.FUNCTION_APPAUTH ?? join(root, "target/debug/function-appauth");
  const expected = execFileSync(command, ["render", file, "--composition", composition], { encoding: "utf8" });
  const text = (path) => ({ name: path, text: readFileSync(path, "utf8") });
  const { yaml, resources } = appauth.render(text(file), { composition: text(composition) });
  assert.equal(yaml, expected);
  assert.deepEqual(resources.map(({ kind }) => kind).sort(), ["UserPool", "UserPoolClient", "UserPoolDomain", "XAppAuth"]);
});

test("renders a plain object as its text", () => {
  const object = {
    apiVersion: "platform.example.org/v1alpha1",
    kind: "XAppAuth",
    metadata: { name: "storefront" },
    spec: {
      region: "eu-west-1",
      clients: [{ name: "web", type: "Web", callbackUrls: ["https://shop.example.org/callback"] }],
    },
  };
  assert.deepEqual(appauth.render(object).resources, appauth.render(APP_AUTH).resources);
});

test("says where something is wrong", () => {
  const { resources, yaml, findings } = appauth.render(APP_AUTH.replace("type: Web", "type: Wep"));
  assert.deepEqual([resources, yaml], [[], ""]);
  const [{ severity, path, remedy, file, line, column }] = findings;
  assert.deepEqual(
    { severity, path, remedy, file, line, column },
    {
      severity: "error",
      path: "spec.clients[0].type",
      remedy: 'did you mean "Web"?',
      file: "manifests",
      line: 8,
      column: 7,
    },
  );
});

test("of objects there are no lines", () => {
  const object = { apiVersion: "platform.example.org/v1alpha1", kind: "XAppAuth", metadata: { name: "a" }, spec: { regoin: 1 } };
  for (const { line, column } of appauth.validate([object]).findings) {
    assert.deepEqual([line, column], [null, null]);
  }
});

test("draws, and gives the XRD and schemas", () => {
  assert.match(appauth.graph(APP_AUTH).picture, /^flowchart|^graph/m);
  assert.match(appauth.graph(APP_AUTH, { output: "svg" }).picture, /^<svg/);
  assert.equal(appauth.xrd().apiVersion, "apiextensions.crossplane.io/v1");
  assert.equal(appauth.xrd({ group: "auth.acme.com", scope: "Cluster" }).metadata.name, "appauths.auth.acme.com");
  assert.equal(appauth.schema("Input").title, "Input");
});

test("reads a namespaced AppAuth as a claim, or as Crossplane 2 does", () => {
  const claim = APP_AUTH.replace("XAppAuth", "AppAuth").replace("{name: storefront}", "{name: storefront, namespace: shop}");
  const { resources, notes, findings } = appauth.render(claim);
  assert.deepEqual(findings.filter(({ severity }) => severity === "error"), []);
  assert.equal(resources[0].kind, "XAppAuth");
  assert.equal(resources[0].metadata.labels, undefined);
  assert.match(notes[0], /^manifests: AppAuth\/.*: read as a claim \(with --crossplane 2 .*no Input: no policy$/);
  const composite = appauth.validate(claim, { crossplane: 2 });
  assert.match(composite.findings[0].message, /^metadata.namespace: a namespaced composite cannot/);
  assert.throws(() => appauth.render(claim, { crossplane: 3 }), /crossplane: 1 or 2, not 3/);
});

test("what is wrong with a call is thrown", () => {
  const { render, validate, graph, xrd, schema } = appauth;
  const thrown = (call) => {
    try {
      call();
    } catch (error) {
      return `${error.name}: ${error.message}`;
    }
    return "nothing";
  };
  assert.equal(thrown(() => render(5)), "TypeError: manifests: YAML, a manifest or a file, not 5");
  assert.equal(thrown(() => render(["a: 1", null])), "TypeError: manifests[1]: YAML, a manifest or a file, not null");
  assert.equal(
    thrown(() => render(APP_AUTH, { inputs: "" })),
    'TypeError: settings: there is no "inputs"; there are input, composition, observed, requiredResources, crds, crossplane',
  );
  assert.equal(thrown(() => render("")), "Error: nothing to render: there is no AppAuth in what was given");
  assert.equal(
    thrown(() => render(APP_AUTH, { input: "a: 1" })),
    "Error: there is no Input in input; it has apiVersion appauth.fn.crossplane.io/v1beta1",
  );
  const [finding, ...others] = render(APP_AUTH, { input: { name: "input.yaml", text: "spec: [\n" } }).findings.filter(
    ({ severity }) => severity === "error",
  );
  assert.deepEqual(others, []);
  assert.equal(
    `${finding.file}:${finding.line}:${finding.column}: ${finding.message}`,
    "input.yaml:2:1: this is no YAML: while parsing a node, did not find expected node content; correct it there; the documents after it were not read",
  );
  assert.match(thrown(() => validate("")), /^Error: nothing to check: /);
  assert.equal(thrown(() => graph(APP_AUTH, { output: "png" })), 'TypeError: output: one of mermaid, dot, svg, not "png"');
  assert.equal(thrown(() => xrd({ crossplane: 3 })), "TypeError: crossplane: 1 or 2, not 3");
  assert.equal(
    thrown(() => xrd({ crossplane: 1, scope: "Cluster" })),
    "Error: scope is for Crossplane 2; leave it out, or crossplane: 1",
  );
  assert.equal(thrown(() => schema("Pool")), 'TypeError: kind: "AppAuth" or "Input", not "Pool"');
});

test("what is no YAML is a finding, and the next call works", () => {
  for (const text of ["\t- a", "a: [", `${"a: ".repeat(2000)}`, "x".repeat(1 << 20)]) {
    let findings;
    try {
      ({ findings } = appauth.render(text));
    } catch (error) {
      assert.match(error.message, /^nothing to render/);
      continue;
    }
    assert.equal(findings[0].severity, "error");
  }
  assert.equal(appauth.render(APP_AUTH).findings.filter(({ severity }) => severity === "error").length, 0);
});

test("the types are those that people write", () => {
  writeFileSync(
    join(project, "use.ts"),
    `import { render, graph, type AppAuth, type Finding, type Rendered } from "function-appauth";
const appAuth: AppAuth = {
  apiVersion: "platform.example.org/v1alpha1",
  kind: "XAppAuth",
  metadata: { name: "storefront" },
  spec: { region: "eu-west-1", clients: [{ name: "web", type: "Web", callbackUrls: ["https://shop.example.org/"] }] },
};
const rendered: Rendered = render([appAuth, "a: b"], { input: { apiVersion: "appauth.fn.crossplane.io/v1beta1", kind: "Input" } });
export const lines: (number | null)[] = rendered.findings.map((finding: Finding) => finding.line);
export const picture: string = graph(appAuth, { output: "svg" }).picture;
// @ts-expect-error There is no such type of client.
export const wrong: AppAuth = { ...appAuth, spec: { region: "eu-west-1", clients: [{ name: "web", type: "Wep" }] } };
// @ts-expect-error There is no such setting.
render(appAuth, { inputs: "" });
`,
  );
  const tsc = join(built, "tools/node_modules/.bin/tsc");
  const options = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext"];
  execFileSync(tsc, [...options, "use.ts"], { cwd: project, stdio: "inherit" });
});

test("the module does not grow unseen", () => {
  const wasm = readFileSync(join(project, "node_modules/function-appauth/module.wasm"));
  assert.ok(gzipSync(wasm, { level: 9 }).length < 500 * 1024, `${gzipSync(wasm, { level: 9 }).length} bytes compressed`);
});
