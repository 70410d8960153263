// A question, which is what stands in the editors, becomes an answer, which is all that the page shows. Pure, and small
// whatever the question: the page draws what it gets.

import { graph, render, validate } from "function-appauth";
import { APP_AUTH, INPUT, isBlank } from "./texts.js";

/** How much of a large answer is shown; counts and the YAML are of all of it. */
const MOST = { findings: 100, resources: 100, pictures: 8 };

/**
 * @param {{appAuth: string, input: string, required?: string, observed?: string}} question
 * @returns what is wrong (`findings`, `errors`, `advice`), and what it becomes (`resources`, `total`, `yaml`, `pictures`);
 * `isEmpty` where nothing is written yet.
 */
export function answer({ appAuth, input, required, observed }) {
  if (isBlank(appAuth)) {
    return { isEmpty: true, ...judged(isBlank(input) ? [] : checked(input)) };
  }
  const manifests = { name: APP_AUTH, text: appAuth };
  const settings = {
    input: isBlank(input) ? undefined : { name: INPUT, text: input },
    requiredResources: required && { name: "required.yaml", text: required },
    observed: observed && { name: "observed.yaml", text: observed },
  };
  try {
    const { resources, yaml, findings } = render(manifests, settings);
    return {
      ...judged(findings),
      ...shown(resources, yaml),
      pictures: resources.length > 0 ? pictures(manifests, settings) : [],
    };
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) {
      throw error;
    }
    return judged(unread(manifests, input, error));
  }
}

function judged(findings) {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return {
    findings: findings.slice(0, MOST.findings),
    errors,
    advice: findings.length - errors,
    resources: [],
    total: 0,
    yaml: "",
    pictures: [],
  };
}

// The resources with their own part of the YAML.
function shown(resources, yaml) {
  const texts = yaml.split(/^---\n/m).slice(1);
  const named = resources.slice(0, MOST.resources).map(({ kind, metadata }, index) => {
    const name = metadata.annotations?.["crossplane.io/composition-resource-name"];
    const appAuth = metadata.labels?.["crossplane.io/composite"] ?? metadata.name;
    return { kind, appAuth, name: name ?? metadata.name, isAppAuth: name === undefined, text: texts[index] };
  });
  return { resources: named, total: resources.length, yaml };
}

// A picture is of one AppAuth, so several are drawn document by document.
function pictures({ name, text }, settings) {
  const draw = (manifests, others) => graph(manifests, { ...others, output: "svg" }).picture;
  try {
    return [draw({ name, text }, settings)];
  } catch {
    const documents = text.split(/^---(?=\s|$)/m);
    // An Input among them counts for each.
    const input = settings.input ?? documents.filter((text) => /^apiVersion: *["']?appauth\.fn\.crossplane\.io\//m.test(text));
    const others = { ...settings, input: input.length === 0 ? undefined : input };
    const drawn = [];
    for (const document of documents) {
      try {
        drawn.push(draw(document, others));
      } catch {
        // No AppAuth.
      }
      if (drawn.length === MOST.pictures) {
        break;
      }
    }
    return drawn;
  }
}

// `render` throws where there is no AppAuth, or no Input, in a text. Here people are still writing it: it is a finding.
function unread(manifests, input, error) {
  try {
    render(manifests);
  } catch {
    return [
      finding(APP_AUTH, "AppAuth", "there is none in this text", "it has a kind such as XAppAuth and a spec: pick an example to see one"),
    ];
  }
  const findings = isBlank(input) ? [] : checked(input);
  return findings.length > 0 ? findings : [finding(APP_AUTH, "AppAuth", error.message, "reset the example")];
}

// What is wrong with an Input by itself.
function checked(input) {
  try {
    const { findings } = validate({ name: INPUT, text: input });
    // Another kind of object is judged as an AppAuth, which nobody wants to be told here.
    if (findings.every(({ document, path }) => document === "input" || path === "")) {
      return findings;
    }
  } catch {
    // There is nothing that it knows.
  }
  const remedy = "begin with apiVersion: appauth.fn.crossplane.io/v1beta1 and kind: Input, or leave it empty";
  return [finding(INPUT, "Input", "there is none in this text", remedy)];
}

function finding(file, path, problem, remedy) {
  return { severity: "error", file, line: 1, column: 1, path, problem, remedy, message: `${path}: ${problem}; ${remedy}` };
}
