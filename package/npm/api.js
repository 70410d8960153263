// What people call: texts and objects in, objects out. The module itself takes and gives JSON.

import * as module from "./module.js";

const SETTINGS = ["input", "composition", "observed", "requiredResources", "crds", "crossplane"];
const TARGET = ["group", "crossplane", "scope"];
const PICTURES = ["mermaid", "dot", "svg"];

export function render(manifests, settings) {
  const call = read(manifests, settings);
  return withFindings(JSON.parse(module.render(call.json)), call);
}

export function validate(manifests, settings) {
  const call = read(manifests, settings);
  return withFindings(JSON.parse(module.validate(call.json)), call);
}

export function graph(manifests, settings = {}) {
  const { output = "mermaid", ...others } = fields(settings, "settings", [...SETTINGS, "output"]);
  if (!PICTURES.includes(output)) {
    throw new TypeError(`output: one of ${PICTURES.join(", ")}, not ${shown(output)}`);
  }
  const call = read(manifests, others);
  return withFindings(JSON.parse(module.graph(call.json, output)), call);
}

export function xrd(target) {
  return JSON.parse(module.xrd(readTarget(target)));
}

export function schema(kind, target) {
  if (!["AppAuth", "Input"].includes(kind)) {
    throw new TypeError(`kind: "AppAuth" or "Input", not ${shown(kind)}`);
  }
  return JSON.parse(module.schema(kind, readTarget(target)));
}

// What the module is called with, and the names of what came as objects, of which nobody knows lines.
function read(manifests, settings) {
  const { crds, crossplane, ...others } = fields(settings, "settings", SETTINGS);
  const objects = new Set();
  const given = { crossplane: version(crossplane) };
  for (const [name, sources] of Object.entries(others)) {
    if (sources !== undefined) {
      given[name] = files(sources, name, objects);
    }
  }
  given.crds = list(crds ?? []).map((source, index) => files(source, `crds[${index}]`, objects));
  const json = JSON.stringify({ files: files(manifests, "manifests", objects), given });
  return { json, objects };
}

function readTarget(target) {
  const { crossplane, group, scope } = fields(target, "target", TARGET);
  if (group !== undefined && typeof group !== "string") {
    throw new TypeError(`group: a text, not ${shown(group)}`);
  }
  version(crossplane);
  if (scope !== undefined && scope !== "Cluster" && scope !== "Namespaced") {
    throw new TypeError(`scope: "Cluster" or "Namespaced", not ${shown(scope)}`);
  }
  return JSON.stringify({ group, crossplane, scope });
}

function version(crossplane) {
  if (crossplane !== undefined && crossplane !== 1 && crossplane !== 2) {
    throw new TypeError(`crossplane: 1 or 2, not ${shown(crossplane)}`);
  }
  return crossplane;
}

// The settings of a call; one that there is not is a mistake that nobody should have to look for.
function fields(settings, what, known) {
  if (settings === undefined) {
    return {};
  }
  if (settings === null || typeof settings !== "object" || Array.isArray(settings)) {
    throw new TypeError(`${what}: an object, not ${shown(settings)}`);
  }
  for (const name of Object.keys(settings)) {
    if (!known.includes(name)) {
      throw new TypeError(`${what}: there is no ${shown(name)}; there are ${known.join(", ")}`);
    }
  }
  return settings;
}

function list(sources) {
  return Array.isArray(sources) ? sources : [sources];
}

// Files of YAML texts, of files, and of plain objects, which as JSON are YAML as well.
function files(sources, argument, objects) {
  return list(sources).map((source, index) => {
    const name = Array.isArray(sources) ? `${argument}[${index}]` : argument;
    if (typeof source === "string") {
      return { name, text: source };
    }
    if (source === null || typeof source !== "object") {
      throw new TypeError(`${name}: YAML, a manifest or a file, not ${shown(source)}`);
    }
    if (typeof source.text === "string" && typeof source.name === "string") {
      return { name: source.name, text: source.text };
    }
    objects.add(name);
    return { name, text: JSON.stringify(source) };
  });
}

function withFindings(result, { objects }) {
  for (const finding of result.findings) {
    if (objects.has(finding.file)) {
      finding.line = null;
      finding.column = null;
    }
  }
  return result;
}

function shown(value) {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
