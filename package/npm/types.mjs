// Writes the TypeScript types of AppAuth and Input into a built package, from the JSON Schemas that it gives itself.
// node types.mjs PACKAGE NODE_MODULES

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, modules] = process.argv.slice(2).map((path) => resolve(path));
const { compile } = createRequire(`${modules}/`)("json-schema-to-typescript");
const { schema } = await import(pathToFileURL(`${folder}/node.js`));

const options = {
  bannerComment: "// Made of the JSON Schema. Do not edit.",
  additionalProperties: false,
  style: { printWidth: 120 },
};

const appAuth = schema("AppAuth", { crossplane: 2 });
// Of whatever group and kind the platform team chose.
Object.assign(appAuth.properties, { apiVersion: { type: "string" }, kind: { type: "string" } });
const metadata = { type: "object", properties: { name: { type: "string" } }, additionalProperties: true };
for (const [name, file, described] of [
  ["AppAuth", "app-auth", appAuth],
  ["Input", "input", schema("Input")],
]) {
  described.properties.metadata = metadata;
  writeFileSync(`${folder}/${file}.d.ts`, await compile(described, name, options));
}
