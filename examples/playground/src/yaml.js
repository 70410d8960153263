// YAML with colours, for what is only read: elements, never HTML.

import { yamlLanguage } from "@codemirror/lang-yaml";
import { classHighlighter, highlightCode } from "@lezer/highlight";

/**
 * A line's element for each line of a text.
 * @param {Set<string> | null} before the lines of an earlier text, of which others are marked.
 */
export function lines(text, before) {
  const code = text.replace(/\n$/, "");
  const plain = code.split("\n");
  const made = [];
  let line;
  const begin = () => {
    line = document.createElement("span");
    line.className = before && !before.has(plain[made.length]) ? "line changed" : "line";
    made.push(line);
  };
  begin();
  highlightCode(
    code,
    yamlLanguage.parser.parse(code),
    classHighlighter,
    (part, classes) => {
      if (!classes) {
        line.append(part);
        return;
      }
      const span = document.createElement("span");
      span.className = classes;
      span.textContent = part;
      line.append(span);
    },
    () => {
      line.append("\n");
      begin();
    },
  );
  return made;
}
