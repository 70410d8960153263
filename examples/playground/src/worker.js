// Rendering happens beside the page, so that a megabyte of YAML never holds a key back.

import { answer } from "./answer.js";

self.addEventListener("message", ({ data }) => self.postMessage(answer(data)));

// Whatever was sent while the module was loading would be lost.
self.postMessage("ready");
