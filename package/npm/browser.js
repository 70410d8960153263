// In browsers the module is loaded from beside this file; bundlers find it by this URL.

import init from "./module.js";

await init({ module_or_path: new URL("module.wasm", import.meta.url) });

export * from "./api.js";
