// Elements with text in them. Nothing here, or anywhere else in the page, takes HTML.

/** An element of a class, with elements and texts in it. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) {
    made.className = className;
  }
  made.append(...children);
  return made;
}
