// How the editors look. The colours are the page's, which reach through the shadow root as variables.

import { EditorView } from "@codemirror/view";

// A wavy line as CodeMirror draws it has its colours built in, so text decorations stand in for it.
const underlined = (style, colour) => ({
  backgroundImage: "none",
  paddingBottom: "0",
  textDecoration: `underline ${style} var(${colour}) 1.5px`,
  textUnderlineOffset: "3px",
  textDecorationSkipInk: "none",
});

// Errors are a filled square with a cross, advice is a ring with an i: they differ in form, not in colour alone.
const sign = (colour, letter, radius) => ({
  content: "none",
  "&::after": {
    content: JSON.stringify(letter),
    display: "block",
    width: "13px",
    height: "13px",
    font: "bold 10px/13px var(--sans)",
    textAlign: "center",
    color: "var(--paper)",
    background: `var(${colour})`,
    borderRadius: radius,
  },
});

export const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--paper)", fontSize: "var(--code-size)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-gutters": { color: "var(--faint)", backgroundColor: "var(--paper)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "28px", padding: "0 6px 0 2px" },
  ".cm-activeLine": { backgroundColor: "var(--active)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--active)", color: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--selection)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--selection)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--selection)" },
  ".cm-gutter-lint": { width: "17px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "3px 0 0 3px" },
  ".cm-lint-marker": { width: "13px", height: "13px" },
  ".cm-lint-marker-error": sign("--error", "×", "2px"),
  ".cm-lint-marker-info": sign("--advice", "i", "50%"),
  ".cm-lintRange-error": underlined("wavy", "--error"),
  ".cm-lintRange-info": underlined("dotted", "--advice"),
  ".cm-tooltip": {
    color: "var(--text)",
    backgroundColor: "var(--panel)",
    border: "1px solid var(--border)",
    borderRadius: "4px",
    maxWidth: "min(36rem, 90vw)",
    fontFamily: "var(--sans)",
  },
  ".cm-diagnostic": { padding: "5px 9px" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--error)" },
  ".cm-diagnostic-info": { borderLeft: "4px dotted var(--advice)" },
  ".cm-panels": { color: "var(--text)", backgroundColor: "var(--panel)", borderColor: "var(--border)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--border)" },
  ".cm-panel.cm-search": { padding: "5px 8px", fontFamily: "var(--sans)" },
  ".cm-textfield": { color: "inherit", backgroundColor: "var(--paper)", border: "1px solid var(--border)" },
  ".cm-button": { color: "inherit", background: "var(--paper)", border: "1px solid var(--border)", borderRadius: "4px" },
  ".cm-searchMatch": { backgroundColor: "var(--found)" },
  ".tok-propertyName": { color: "var(--key)" },
  ".tok-string, .tok-string2": { color: "var(--string)" },
  ".tok-number, .tok-bool, .tok-atom": { color: "var(--number)" },
  ".tok-comment, .tok-meta": { color: "var(--comment)" },
  ".tok-punctuation, .tok-separator": { color: "var(--muted)" },
});
