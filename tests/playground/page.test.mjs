// The playground as people use it, in Chromium: node --test tests/playground/page.test.mjs
// What it looked like stands in target/playground-screenshots.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, normalize } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const site = join(root, "target/playground");
const screenshots = join(root, "target/playground-screenshots");
const { chromium } = createRequire(join(root, "target/playground-tools/package.json"))("playwright-core");
const appauth = await import(pathToFileURL(join(root, "target/wasm/npm/node.js")));

const example = (...path) => readFileSync(join(root, "examples", ...path), "utf8");
const APP_AUTH = example("web-app", "xr.yaml");
const PATH = "/some/where/";
const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".txt": "text/plain",
  ".wasm": "application/wasm",
};
/** What never comes is a failure, and not a test that never ends. */
const timeout = 120_000;

let server;
let browser;
let origin;

before(async () => {
  mkdirSync(screenshots, { recursive: true });
  // A plain file server, with the page under a path.
  server = createServer(({ url }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    const file = join(site, normalize(pathname.slice(PATH.length) || "index.html"));
    if (!pathname.startsWith(PATH) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] }).end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
});

after(async () => {
  await browser?.close();
  server?.close();
});

// A test with a page of its own. Whatever it does, no request may go elsewhere, and nothing may be amiss in the console.
function onPage(name, use, { fragment = "", ...options } = {}) {
  test(name, { timeout }, async (t) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const amiss = [];
    const watch = (page) => {
      page.on("console", (message) => amiss.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => amiss.push(`error: ${error.message}`));
    };
    context.on("page", watch);
    context.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(origin + PATH) && !url.startsWith(`blob:${origin}/`)) {
        amiss.push(`request: ${url}`);
      }
    });
    context.on("response", (response) => response.status() >= 400 && amiss.push(`${response.status()}: ${response.url()}`));
    try {
      const page = await context.newPage();
      await page.goto(`${origin}${PATH}${fragment}`);
      await page.locator("#count").filter({ hasText: /./ }).waitFor();
      await use(page, t, context);
      assert.deepEqual(amiss, []);
    } finally {
      await context.close();
    }
  });
}

const shoot = (page, name) => page.screenshot({ path: join(screenshots, `${name}.png`) });
const editor = (page, id = "appauth") => page.locator(`#${id} .cm-content`);
const line = (page, text, id = "appauth") => page.locator(`#${id} .cm-line`).filter({ hasText: text });
const counts = (page, text) => page.locator("#count").filter({ hasText: text }).waitFor();
const messages = (page) => page.locator("#finding-list .message").allTextContents();

// Puts a text into an editor in place of what is there, as people paste.
async function paste(page, text, id = "appauth") {
  await editor(page, id).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.press("Delete");
  if (text !== "") {
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await page.keyboard.press("ControlOrMeta+v");
  }
}

// What the resources on the page say, unfolded.
async function resources(page) {
  await page.locator("#resources").evaluate((panel) => panel.querySelectorAll("details").forEach((details) => (details.open = true)));
  // They are drawn when the browser has told them.
  await page.waitForFunction(() => [...document.querySelectorAll("#resources code")].every((code) => code.childElementCount > 0));
  const texts = await page.locator("#resources code").evaluateAll((codes) => codes.map((code) => code.textContent));
  return texts.map((text) => `---\n${text}\n`).join("");
}

onPage("an error is marked and said, followed, mended, and the resources are there", async (page, t) => {
  await page.evaluate(() => {
    window.latencies = [];
    new PerformanceObserver((list) => window.latencies.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: "measure",
    });
  });
  await shoot(page, "1-example");
  await line(page, "type: Web").click();
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("p");
  await counts(page, "1 error");

  const [finding] = appauth.render({ name: "appauth.yaml", text: APP_AUTH.replace("type: Web", "type: Wep") }).findings;
  assert.deepEqual(await messages(page), [finding.message]);
  assert.match(finding.message, /^spec\.clients\[0\]\.type: .*"Wep".*; did you mean "Web"\?$/);
  const place = await page.locator("#finding-list .place").textContent();
  assert.equal(place, `error, appauth.yaml:${finding.line}:${finding.column}`);
  assert.equal(await page.locator("#appauth .cm-lintRange-error").textContent(), "type");
  assert.equal(await page.locator("#appauth .cm-lint-marker-error").count(), 1);
  assert.match(await page.locator("#state").textContent(), /^Nothing is rendered .* an earlier text became\.$/);
  assert.ok(await page.locator("#copy-yaml").isDisabled());
  await shoot(page, "2-error");

  await line(page, "region").click();
  await page.locator(".finding").click();
  assert.equal((await page.locator("#appauth .cm-activeLine").textContent()).trim(), "type: Wep");
  await page.keyboard.press("End");
  await page.keyboard.press("Backspace");
  await shoot(page, "3-followed");
  await page.keyboard.type("b");
  await counts(page, "Nothing is wrong");
  assert.equal(await page.locator("#state").textContent(), "");
  assert.equal(await page.locator("#appauth .cm-lintRange").count(), 0);
  assert.equal(await resources(page), appauth.render(APP_AUTH).yaml);
  await shoot(page, "4-mended");

  // A change is marked where it shows.
  await line(page, "region").click();
  await page.keyboard.press("End");
  for (let key = 0; key < 30; key++) {
    await page.keyboard.press(key % 2 === 0 ? "2" : "Backspace", { delay: 40 });
  }
  await page.keyboard.press("Backspace");
  await page.keyboard.type("2");
  await counts(page, "Nothing is wrong");
  await page.locator("#resources .line.changed").first().waitFor();
  assert.ok((await page.locator("#resources .line.changed").allTextContents()).every((text) => !text.includes("eu-west-1")));
  await shoot(page, "5-changed");

  const latencies = (await page.evaluate(() => window.latencies)).sort((one, other) => one - other);
  assert.ok(latencies.length > 0);
  t.diagnostic(
    `from a key to its result: ${latencies[latencies.length >> 1].toFixed(1)} ms in the median, ` +
      `${latencies.at(-1).toFixed(1)} ms at most, of ${latencies.length}`,
  );
});

onPage("each example renders as the package renders it", async (page) => {
  const ids = await page.locator("#example option").evaluateAll((options) => options.map(({ value }) => value));
  const folders = readdirSync(join(root, "examples")).filter((name) => existsSync(join(root, "examples", name, "xr.yaml")));
  assert.deepEqual(ids.filter((id) => !id.includes("/")).sort(), folders.sort());
  assert.ok(ids.includes("shared-pool/pool"));
  for (const id of ids) {
    const [folder, file = "xr"] = id.split("/");
    const optional = (name) => (existsSync(join(root, "examples", folder, name)) ? example(folder, name) : undefined);
    const settings = { composition: example(folder, "composition.yaml"), requiredResources: optional("required.yaml") };
    await page.selectOption("#example", id);
    for (const observed of file === "xr" ? [undefined, optional("observed.yaml")] : [undefined]) {
      if (observed) {
        await page.locator("#observed").check();
      }
      const expected = appauth.render(example(folder, `${file}.yaml`), { ...settings, observed });
      assert.deepEqual(expected.findings.filter(({ severity }) => severity === "error"), []);
      await page.waitForFunction((total) => document.querySelector("#timing").textContent.startsWith(`${total} `), expected.resources.length);
      await page.waitForTimeout(50);
      assert.equal(await resources(page), expected.yaml, id);
      assert.deepEqual(await messages(page), expected.findings.map(({ message }) => message), id);
      const [images, words] = [page.locator("#picture img"), page.locator("#picture li")];
      assert.equal(await images.count(), 1, id);
      assert.ok((await words.count()) > 0, id);
    }
  }
  await page.locator("#tab-picture").click();
  const image = page.locator("#picture img");
  assert.match(await image.getAttribute("alt"), /^\d+ resources: user-pool, /);
  assert.ok(await image.evaluate(async (image) => (await image.decode(), image.naturalWidth > 100)));
  await shoot(page, "picture");
});

onPage("what exists is held against an edit", async (page) => {
  await page.locator("#observed").check();
  await line(page, "region").click();
  await page.keyboard.press("End");
  await page.keyboard.type("\nuserPool: {signIn: {with: [Username]}}");
  await counts(page, "1 error");
  assert.match((await messages(page))[0], /^spec\.userPool\.signIn\.with: \["Email"\] cannot become \["Username"\]/);
});

onPage("a finding of the Input is marked there, and followed there", async (page) => {
  await page.locator("#input-toggle").click();
  await paste(page, "apiVersion: appauth.fn.crossplane.io/v1beta1\nkind: Input\npolicy:\n  regoins: [eu-west-1]\n", "input");
  await counts(page, "1 error");
  assert.equal(await page.locator("#input .cm-lintRange-error").textContent(), "regoins");
  assert.equal(await page.locator("#appauth .cm-lintRange").count(), 0);
  await page.locator("#input-toggle").click();
  await page.locator(".finding").click();
  assert.equal((await page.locator("#input .cm-activeLine").textContent()).trim(), "regoins: [eu-west-1]");
  assert.ok(await page.locator("#input").evaluate((host) => host === document.activeElement));
  // An Input that is none, or no YAML.
  await paste(page, "a: 1\n", "input");
  await page.locator(".message").filter({ hasText: "Input: there is none in this text; begin with apiVersion" }).waitFor();
  await paste(page, "apiVersion: appauth.fn.crossplane.io/v1beta1\nkind: Input\npolicy:\n\tregions: []\n", "input");
  await page.locator(".message").filter({ hasText: "this is no YAML: tabs" }).waitFor();
  assert.equal(await page.locator(".place").textContent(), "error, input.yaml:4:2");
  await paste(page, "# none\n", "input");
  await counts(page, "Nothing is wrong");
});

onPage("a link carries both texts, and the switch", async (page, t, context) => {
  await page.selectOption("#example", "single-page-app");
  await page.locator("#observed").check();
  const text = `${example("single-page-app", "xr.yaml")}# Grüße, 😀 <b>&amp;</b>\n`;
  await paste(page, text);
  await page.locator("#copy-link").click();
  await page.locator("#copy-link").filter({ hasText: "Copied" }).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.startsWith(`${origin}${PATH}#example=single-page-app&observed&text=`), link);
  assert.match(link, /text=[\w-]+$/);

  const other = await context.newPage();
  await other.goto(link);
  await other.locator("#resources details").first().waitFor({ state: "attached" });
  assert.equal(await resources(other), await resources(page));
  assert.equal(await other.locator("#example").inputValue(), "single-page-app");
  assert.ok(await other.locator("#observed").isChecked());
  await editor(other).focus();
  await other.keyboard.press("ControlOrMeta+End");
  assert.equal(await line(other, "Grüße").textContent(), "# Grüße, 😀 <b>&amp;</b>");
  // The address follows what is written, so a reload loses nothing.
  await other.keyboard.insertText("# and more");
  await other.waitForFunction((link) => location.href !== link, link);
  await other.reload();
  await other.locator("#resources details").first().waitFor({ state: "attached" });
  await editor(other).focus();
  await other.keyboard.press("ControlOrMeta+End");
  assert.equal(await line(other, "and more").count(), 1);
});

for (const [what, fragment] of [
  ["cut off", "#example=web-app&text=jZBBa"],
  ["no link of this page", "#nothing"],
  ["of other things", "#text=q1ZKVLJSMlSqBQA"],
]) {
  onPage(
    `a link that is ${what} is said to be broken, and an example is there`,
    async (page) => {
      assert.match(await page.locator("#notice p").textContent(), /^link: .*; copy it again.* Here is the first example\.$/);
      await counts(page, "Nothing is wrong");
      assert.equal(await resources(page), appauth.render(APP_AUTH).yaml);
      await shoot(page, "broken-link");
      await page.getByRole("button", { name: "Close" }).click();
      assert.ok(await page.locator("#notice").isHidden());
    },
    { fragment },
  );
}

onPage("an empty editor, and one without an AppAuth, are told how to begin", async (page) => {
  await paste(page, "");
  await counts(page, "Nothing to check yet");
  assert.match(await page.locator("#state").textContent(), /^Write an AppAuth, or pick an example/);
  assert.equal(await page.locator(".finding").count(), 0);
  assert.equal(await page.locator("#resources details").count(), 0);
  await shoot(page, "empty");
  await paste(page, "# nothing yet\n\n");
  await counts(page, "Nothing to check yet");
  await paste(page, "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n");
  await page.locator(".message").filter({ hasText: /^AppAuth: there is none in this text; / }).waitFor();
  await page.locator("#reset").click();
  await counts(page, "Nothing is wrong");
  assert.equal(await resources(page), appauth.render(APP_AUTH).yaml);
});

onPage("tabs are a finding", async (page) => {
  await paste(page, APP_AUTH.replace("  region", "\tregion"));
  await counts(page, "1 error");
  assert.match((await messages(page))[0], /^this is no YAML: tabs/);
  assert.equal(await page.locator(".place").textContent(), "error, appauth.yaml:6:2");
});

onPage("a column counts characters, not halves of them", async (page) => {
  await paste(page, APP_AUTH.replace("[https:", '[ "https://😀😀.example.org/", http:'));
  await counts(page, /\d error/);
  const marked = await page.locator("#appauth .cm-lintRange-error").allTextContents();
  assert.ok(marked.includes("http://shop.example.org/callback"), marked.join(" | "));
});

onPage("several AppAuths are rendered, and drawn one by one", async (page) => {
  const text = `${APP_AUTH}---\n${APP_AUTH.replaceAll("storefront", "other")}`;
  await paste(page, text);
  await page.waitForFunction(() => document.querySelector("#timing").textContent.startsWith("8 "));
  assert.equal(await resources(page), appauth.render(text).yaml);
  await page.locator("#tab-picture").click();
  assert.deepEqual(await page.locator("#picture figcaption").allTextContents(), ["storefront", "other"]);
  assert.equal(await page.locator("#picture img").count(), 2);
  await shoot(page, "several");
  await paste(page, text.replace(/Web(?=[^]*Web)/, "Wep"));
  await counts(page, "1 error");
});

onPage("a megabyte of YAML holds no key back", async (page, t) => {
  let text = "";
  for (let index = 0; text.length < 1 << 20; index++) {
    text += `${APP_AUTH.replaceAll("storefront", `app-${index}`)}---\n`;
  }
  let since = Date.now();
  await paste(page, text);
  // While it is rendered, a key is taken and drawn.
  await page.waitForTimeout(500);
  since = Date.now();
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.type("# here\n");
  await line(page, "# here").waitFor();
  t.diagnostic(`7 keys into a megabyte: ${Date.now() - since} ms`);
  since = Date.now();
  await page.locator(".more").first().waitFor({ state: "attached" });
  t.diagnostic(`a megabyte of AppAuths: ${Date.now() - since} ms`);
  assert.match(await page.locator("#resources .more").textContent(), /^These are 100 of [\d,]+ resources/);
  await page.locator("#copy-link").click();
  await page.locator("#notice p").filter({ hasText: /^link: the text is too long/ }).waitFor();
  await shoot(page, "megabyte");
  // As many findings, then one line of it all, and then it is a small text again.
  await paste(page, APP_AUTH.replace("spec:", `spec:\n${Array.from({ length: 40_000 }, (_, index) => `  regoin${index}: eu`).join("\n")}`));
  await counts(page, "40,000 errors");
  assert.equal(await page.locator(".finding").count(), 100);
  assert.equal(await page.locator("#finding-list .more").textContent(), "and 39,900 more, which are not listed");
  await paste(page, "x".repeat(1 << 20));
  await counts(page, "1 error");
  await paste(page, APP_AUTH);
  await counts(page, "Nothing is wrong");
  assert.equal(await resources(page), appauth.render(APP_AUTH).yaml);
});

onPage("without a network it is all there", async (page, t, context) => {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await counts(page, "Nothing is wrong");
  assert.equal(await resources(page), appauth.render(APP_AUTH).yaml);
});

onPage("hands on the keyboard", async (page) => {
  const focused = () => page.evaluate(() => document.activeElement.id);
  const stops = [];
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await focused(), "appauth");
  await page.keyboard.press("ControlOrMeta+End");
  await page.keyboard.type("  nonsense: 1");
  await counts(page, "1 error");
  await page.keyboard.press("ControlOrMeta+Home");
  await page.keyboard.press("F8");
  await page.locator("#appauth .cm-activeLine", { hasText: "  nonsense: 1" }).waitFor();
  await page.keyboard.press("ControlOrMeta+Home");
  // Tab leaves the editor, through the Input to the finding, which leads back.
  for (let stop = 0; stop < 4 && !stops.includes("finding"); stop++) {
    await page.keyboard.press("Tab");
    stops.push(await page.evaluate(() => document.activeElement.id || document.activeElement.className));
  }
  assert.deepEqual(stops, ["input-toggle", "finding"]);
  await shoot(page, "keyboard");
  await page.keyboard.press("Enter");
  await page.locator("#appauth .cm-activeLine", { hasText: "  nonsense: 1" }).waitFor();
  await page.waitForFunction(() => document.activeElement.id === "appauth");
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+Home");
  await page.keyboard.press("Delete");
  await counts(page, "Nothing is wrong");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "tab-resources");
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(), "tab-picture");
  await page.locator("#picture img").waitFor();
  // Whoever cannot see it has names for all of it.
  const nameless = await page.evaluate(() =>
    [...document.querySelectorAll("button, select, input, img, [role=tab]")]
      .filter((it) => !(it.textContent.trim() || it.alt || it.ariaLabel || it.labels?.length))
      .map((it) => it.outerHTML),
  );
  assert.deepEqual(nameless, []);
  assert.equal(await editor(page).getAttribute("aria-label"), "AppAuth");
});

for (const [width, height] of [[390, 844], [820, 1180], [1440, 900]]) {
  for (const colorScheme of ["light", "dark"]) {
    onPage(
      `${width} pixels, ${colorScheme}`,
      async (page) => {
        const isPhone = width < 700;
        const name = (what) => `${width}-${colorScheme}-${what}`;
        await page.selectOption("#example", "mobile-app");
        await counts(page, "1 piece of advice");
        const before = await editor(page).innerText();
        await line(page, "userPool:").click();
        await page.keyboard.press("End");
        await page.keyboard.type("\nmfaa: {mode: Optional}");
        await counts(page, "1 error");
        await shoot(page, name("error"));
        // On a slow machine it was typed slowly, and is undone in more than one step.
        while ((await editor(page).innerText()) !== before) {
          await page.keyboard.press("ControlOrMeta+z");
        }
        await counts(page, "1 piece of advice");
        await shoot(page, name("text"));
        if (isPhone) {
          assert.ok(await page.locator("#resources").isHidden());
          await page.locator("#tab-result").click();
          assert.ok(await editor(page).isHidden());
        }
        assert.ok(await page.locator("#resources").isVisible());
        await shoot(page, name("resources"));
        await page.locator("#tab-picture").click();
        await shoot(page, name("picture"));
        const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
        assert.ok(!isWider, "the page is wider than the screen");
        const paper = await page.locator(".result").evaluate((part) => getComputedStyle(part).backgroundColor);
        assert.equal(paper, colorScheme === "dark" ? "rgb(15, 23, 42)" : "rgb(255, 255, 255)");
        // The choice goes before what the system has, and stays.
        await page.locator("#theme").selectOption(colorScheme === "dark" ? "light" : "dark");
        await page.reload();
        const other = await page.locator(".result").evaluate((part) => getComputedStyle(part).backgroundColor);
        assert.notEqual(other, paper);
      },
      { viewport: { width, height }, colorScheme, hasTouch: isTouch(width) },
    );
  }
}

function isTouch(width) {
  return width < 1000;
}
