// The list of findings: what is wrong, where, and the way there.

import { element } from "./element.js";

const WORDS = { error: ["×", "error"], advice: ["i", "advice"] };

/** How many errors and pieces of advice there are, in words. */
export function counted({ errors, advice }) {
  const some = (count, one, many) => (count === 0 ? [] : [`${count.toLocaleString("en")} ${count === 1 ? one : many}`]);
  const words = [...some(errors, "error", "errors"), ...some(advice, "piece of advice", "pieces of advice")];
  return words.join(", ");
}

/** Shows the findings of an answer; `onFollow` gets the one to go to. */
export function showFindings(answer, onFollow) {
  const { findings, errors, advice, isEmpty } = answer;
  const heading = document.querySelector("#count");
  const words = counted(answer) || (isEmpty ? "Nothing to check yet" : "Nothing is wrong");
  // The same words again would be read out again.
  if (heading.textContent !== words) {
    heading.textContent = words;
  }
  const items = findings.map((finding) => item(finding, onFollow));
  const more = errors + advice - findings.length;
  if (more > 0) {
    items.push(element("li", "more", `and ${more.toLocaleString("en")} more, which are not listed`));
  }
  document.querySelector("#finding-list").replaceChildren(...items);
}

function item(finding, onFollow) {
  const { severity, file, line, column, message } = finding;
  const [sign, word] = WORDS[severity];
  const badge = element("span", `sign ${severity}`, sign);
  badge.setAttribute("aria-hidden", "true");
  const body = element("span", "body", element("span", "message", message), element("span", "place", place(word, file, line, column)));
  const button = element("button", "finding", badge, body);
  button.type = "button";
  button.disabled = line === null;
  button.addEventListener("click", () => onFollow(finding));
  return element("li", severity, button);
}

function place(word, file, line, column) {
  return line === null ? word : `${word}, ${file}:${line}:${column}`;
}
