// Answers calls of the npm package: a line of JSON in, {manifests, settings}, a line of JSON out, what `render` gives or
// {thrown}.
// node tests/npm/host.mjs node|chromium

import { execFileSync, spawn } from "node:child_process";
import { createReadStream, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

const built = fileURLToPath(new URL("../../target/wasm", import.meta.url));
const calls = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

// The package as people get it, out of its tarball.
const project = mkdtempSync(join(tmpdir(), "appauth-host-"));
const tarball = readdirSync(built).find((name) => name.endsWith(".tgz"));
execFileSync("tar", ["-xzf", join(built, tarball), "-C", project]);
const installed = join(project, "package");

// What runs where the package is: the text of this function goes into the page as well.
function answer(appauth, line) {
  const { manifests, settings } = JSON.parse(line);
  try {
    return JSON.stringify(appauth.render(manifests, settings));
  } catch (error) {
    return JSON.stringify({ thrown: error.message });
  }
}

async function inNode() {
  const appauth = await import(pathToFileURL(join(installed, "node.js")));
  for await (const line of calls) {
    console.log(answer(appauth, line));
  }
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

async function inChromium() {
  writeFileSync(
    join(installed, "index.html"),
    `<!doctype html><script type="module">
import * as appauth from "./browser.js";
${answer}
for (let line; (line = await (await fetch("/next")).text()); ) {
  await fetch("/answer", { method: "POST", body: answer(appauth, line) });
}
</script>`,
  );
  const profile = join(project, "profile");
  let browser;
  function end(code, problem) {
    if (problem) {
      console.error(problem);
    }
    browser?.once("exit", () => process.exit(code));
    if (!browser?.kill("SIGKILL")) {
      process.exit(code);
    }
  }
  const server = createServer(async (request, response) => {
    if (request.url === "/next") {
      clearTimeout(patience);
      const { value, done } = await calls.next();
      response.end(value ?? "", () => done && end(0));
    } else if (request.url === "/answer") {
      let text = "";
      for await (const part of request.setEncoding("utf8")) {
        text += part;
      }
      console.log(text);
      response.end();
    } else {
      const name = request.url === "/" ? "index.html" : request.url.slice(1);
      response.setHeader("content-type", TYPES[extname(name)] ?? "text/plain");
      const file = createReadStream(join(installed, name));
      file.on("error", () => response.writeHead(404).end());
      file.pipe(response);
    }
  });
  server.listen(0, "127.0.0.1", () => {
    const url = `http://127.0.0.1:${server.address().port}/`;
    const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    const flags = ["--headless", "--disable-gpu", "--disable-dev-shm-usage", `--user-data-dir=${profile}`, ...sandbox];
    browser = spawn(process.env.CHROMIUM ?? "/usr/bin/chromium", [...flags, url], { stdio: "ignore" });
    browser.on("error", (error) => end(1, `no Chromium: ${error.message}`));
  });
  const patience = setTimeout(() => end(1, "Chromium has not loaded the page in a minute"), 60_000);
}

process.on("exit", () => {
  try {
    rmSync(project, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  } catch {
    // Processes of the browser outlive it by a moment, and write there.
  }
});
await { node: inNode, chromium: inChromium }[process.argv[2]]();
