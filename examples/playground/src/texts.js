// The two texts.

/** What they are called in findings. */
export const APP_AUTH = "appauth.yaml";
export const INPUT = "input.yaml";

/** Whether nothing but comments stands in a text. */
export function isBlank(text) {
  return text.split("\n").every((line) => /^\s*(#|$)/.test(line));
}
