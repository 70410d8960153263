// In Node.js the module is read from beside this file.

import { readFileSync } from "node:fs";
import { initSync } from "./module.js";

initSync({ module: readFileSync(new URL("module.wasm", import.meta.url)) });

export * from "./api.js";
