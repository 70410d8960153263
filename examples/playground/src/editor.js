// An editor of YAML in which findings are marked.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { lintGutter, nextDiagnostic, previousDiagnostic, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { theme } from "./editor-theme.js";

/**
 * An editor in `host`.
 * @param {{label: string, hint: string, onChange: () => void}} about `onChange` is called with each change of the text.
 */
export function createEditor(host, { label, hint, onChange }) {
  // Within a shadow root its styles are adopted sheets, which the Content-Security-Policy need not let in.
  const root = host.attachShadow({ mode: "open" });
  const view = new EditorView({
    parent: root,
    root,
    extensions: [
      lineNumbers(),
      lintGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      bracketMatching(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      highlightSelectionMatches(),
      search({ top: true }),
      yaml(),
      syntaxHighlighting(classHighlighter),
      theme,
      placeholder(hint),
      EditorState.tabSize.of(2),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
      // Tab is not among them: it leaves the editor, as it leaves any field.
      keymap.of([
        { key: "F8", run: nextDiagnostic },
        { key: "Shift-F8", run: previousDiagnostic },
        ...defaultKeymap,
        ...historyKeymap,
        ...searchKeymap,
      ]),
      EditorView.updateListener.of(({ docChanged }) => docChanged && onChange()),
    ],
  });

  // Findings count characters, editors count UTF-16.
  function position({ line, column }) {
    const { text, from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
    const before = [...text.slice(0, 2 * column)].slice(0, column - 1).join("");
    return from + Math.min(before.length, text.length);
  }

  // As far as the word that is there, and never over the end of the line.
  function range(finding) {
    const from = position(finding);
    const line = view.state.doc.lineAt(from);
    const node = syntaxTree(view.state).resolveInner(from, 1);
    const isWord = node.from === from && node.to > from;
    const to = Math.min(isWord ? node.to : from + 1, line.to);
    return { from: to > from ? from : Math.max(line.from, line.to - 1), to };
  }

  return {
    /** The text, with `\n` between lines. */
    get text() {
      return view.state.doc.toString();
    },

    /** Another text, which `undo` takes back. */
    set text(text) {
      if (text !== this.text) {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
        view.scrollDOM.scrollTop = 0;
      }
    },

    /** Marks findings, in place of those that were marked. */
    mark(findings) {
      const diagnostics = findings.map((finding) => ({
        ...range(finding),
        severity: finding.severity === "error" ? "error" : "info",
        message: finding.message,
      }));
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },

    /** Puts the cursor where a finding is. */
    jump(finding) {
      const anchor = position(finding);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      view.focus();
    },

    focus() {
      view.focus();
    },
  };
}
