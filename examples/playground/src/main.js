// The page: what is written goes to the engine, and what comes back is shown.

import examples from "#examples";
import { APP_AUTH, INPUT, isBlank } from "./texts.js";
import { copy } from "./clipboard.js";
import { createEditor } from "./editor.js";
import { createEngine } from "./engine.js";
import { counted, showFindings } from "./findings.js";
import * as link from "./link.js";
import { showPictures } from "./picture.js";
import { createResources } from "./resources.js";
import { createTabs } from "./tabs.js";

/** From this many characters on, a text is rendered when its writer pauses, and not with each key. */
const LARGE = 100_000;
const PAUSE = 300;

const find = (id) => document.querySelector(`#${id}`);
const selected = find("example");
const observed = find("observed");

let example = examples[0];
let shown = null; // the answer whose resources are on the page
let isOther = true; // whether the next answer is to another text, and not to an edited one
let changedAt = null;
let pause;

const appAuth = createEditor(find("appauth"), {
  label: "AppAuth",
  hint: "Write an AppAuth here, or pick an example.",
  onChange: changed,
});
const input = createEditor(find("input"), {
  label: "Input of the platform team",
  hint: "There is no Input. With one, a platform team sets defaults, policy and overrides.",
  onChange: changed,
});
const editors = { [APP_AUTH]: appAuth, [INPUT]: input };
const engine = createEngine(answered, broken);
const resources = createResources(find("resources"), showFold);
const selectPane = createTabs(document.querySelector(".panes"), (pane) => {
  document.body.dataset.pane = pane;
});
const selectPanel = createTabs(document.querySelector(".result .tabs"), (panel) => {
  for (const id of ["resources", "picture"]) {
    find(id).hidden = id !== panel;
  }
  showFold();
});

// ---- What is written

// Called with each change of a text; setting both texts of an example is one change.
function changed() {
  changedAt ??= performance.now();
  clearTimeout(pause);
  const size = appAuth.text.length + input.text.length;
  if (size > LARGE) {
    find("timing").textContent = "large text: rendered when you pause";
    pause = setTimeout(ask, PAUSE);
  } else {
    queueMicrotask(ask);
  }
}

function ask() {
  if (changedAt === null) {
    return;
  }
  engine.ask({
    appAuth: appAuth.text,
    input: input.text,
    required: example.required,
    observed: observed.checked ? example.observed : undefined,
    since: changedAt,
    isOther,
  });
  changedAt = null;
  isOther = false;
  keepLater();
}

// Shows texts that are not an edit of those before.
function open(state) {
  example = examples.find(({ id }) => id === state.example) ?? examples[0];
  selected.value = example.id;
  observed.disabled = example.observed === undefined;
  observed.checked = state.observed && !observed.disabled;
  isOther = true;
  [appAuth.text, input.text] = state.texts ?? [example.appAuth, example.input];
  // On a phone there is no room for both.
  showInput(!isBlank(input.text) && matchMedia("(min-width: 700px)").matches);
  changed();
}

function isEdited() {
  return appAuth.text !== example.appAuth || input.text !== example.input;
}

selected.append(...examples.map(({ id, title }) => new Option(title, id)));
selected.addEventListener("change", () => open({ example: selected.value, observed: false }));
find("reset").addEventListener("click", () => open({ example: example.id, observed: observed.checked }));
observed.addEventListener("change", changed);

function showInput(isShown) {
  find("input").hidden = !isShown;
  find("input-toggle").setAttribute("aria-expanded", String(isShown));
}

find("input-toggle").addEventListener("click", () => showInput(find("input").hidden));
find("skip").addEventListener("click", (event) => {
  // The fragment is taken: it is the link.
  event.preventDefault();
  selectPane("edit");
  appAuth.focus();
});

// ---- What comes back

function answered(answer, question) {
  for (const [file, editor] of Object.entries(editors)) {
    const own = answer.findings.filter((finding) => finding.file === file);
    // While the answer was on its way the text may have changed; then the next answer marks it.
    if (editor.text === (file === INPUT ? question.input : question.appAuth)) {
      editor.mark(own);
    }
    if (file === INPUT) {
      find("input-state").textContent = counted(count(own)) || (isBlank(question.input) ? "none" : "given");
    }
  }
  showFindings(answer, follow);
  find("tab-result").textContent = answer.errors > 0 ? `Result: ${counted({ ...answer, advice: 0 })}` : "Result";
  const isRendered = answer.total > 0;
  // Of a text with errors the resources of the text before it stay, to hold them against it.
  const isStale = !isRendered && !answer.isEmpty && shown !== null && !question.isOther;
  if (!isStale) {
    resources.show(answer, question.isOther || shown === null);
    showPictures(find("picture"), answer);
    shown = isRendered ? answer : null;
  }
  document.querySelector(".result").classList.toggle("stale", isStale);
  find("state").textContent = state(answer, isStale);
  find("copy-yaml").disabled = !isRendered;
  find("reset").disabled = !isEdited();
  showFold();
  const took = performance.now() - question.since;
  find("timing").textContent = isRendered ? `${answer.total.toLocaleString("en")} resources in ${Math.max(1, Math.round(took))} ms` : "";
  // For whoever measures: from the key to the result.
  performance.measure("answer", { start: question.since });
  performance.clearMeasures("answer");
}

function state({ isEmpty, errors, total }, isStale) {
  if (isEmpty) {
    return "Write an AppAuth, or pick an example: here you see what it becomes.";
  }
  if (isStale) {
    return "Nothing is rendered while there are errors. This is what an earlier text became.";
  }
  return errors > 0 || total === 0 ? "Nothing is rendered while there are errors." : "";
}

function count(findings) {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return { errors, advice: findings.length - errors };
}

function follow(finding) {
  selectPane("edit");
  if (finding.file === INPUT) {
    showInput(true);
  }
  editors[finding.file].jump(finding);
}

function showFold() {
  const button = find("fold");
  button.textContent = resources.isUnfolded ? "Collapse all" : "Expand all";
  button.hidden = find("resources").hidden || shown === null;
}

find("fold").addEventListener("click", () => resources.fold(resources.isUnfolded));

function broken(isLoaded) {
  notify(isLoaded ? "text: the renderer gave up on it; take the last change back" : "module: it could not be loaded; reload the page");
}

// ---- Links and copies

// The address follows what is written, so that a reload loses nothing.
let keeping;
function keepLater() {
  clearTimeout(keeping);
  keeping = setTimeout(async () => {
    const fragment = await address();
    history.replaceState(null, "", fragment.length > link.LONGEST ? location.pathname : fragment);
  }, 400);
}

async function address() {
  return link.write({
    example: example.id,
    observed: observed.checked,
    texts: isEdited() ? [appAuth.text, input.text] : null,
  });
}

async function openLink() {
  let state = null;
  try {
    state = await link.read(location.hash);
  } catch (error) {
    notify(`${error.message}. Here is the first example.`);
  }
  open(state ?? { example: examples[0].id, observed: false });
}

find("copy-link").addEventListener("click", async ({ currentTarget }) => {
  const fragment = await address();
  if (fragment.length > link.LONGEST) {
    notify("link: the text is too long for one; send it as a file");
    return;
  }
  clearTimeout(keeping);
  history.replaceState(null, "", fragment);
  await copied(currentTarget, location.href);
});
find("copy-yaml").addEventListener("click", ({ currentTarget }) => copied(currentTarget, shown.yaml));
addEventListener("hashchange", openLink);

async function copied(button, text) {
  if (!(await copy(text))) {
    notify("clipboard: the browser does not let this page write to it; the link is in the address bar, and the YAML can be selected");
    return;
  }
  const words = button.textContent;
  if (words === "Copied") {
    return;
  }
  button.style.minWidth = `${button.offsetWidth}px`;
  button.textContent = "Copied";
  find("said").textContent = `${words}: copied`;
  setTimeout(() => {
    button.textContent = words;
    find("said").textContent = "";
  }, 1500);
}

function notify(sentence) {
  find("notice").hidden = false;
  find("notice").querySelector("p").textContent = sentence;
}

find("notice").querySelector("button").addEventListener("click", () => {
  find("notice").hidden = true;
});

// ---- To begin with

selectPane("edit");
selectPanel("resources");
openLink();
if ("serviceWorker" in navigator) {
  // Without it the page works as well, but not offline.
  navigator.serviceWorker.register("sw.js", { updateViaCache: "none" }).catch(() => {});
}
