// The picture, as an image: whatever is in an SVG, as an image it runs nothing and loads nothing. What is said in it is
// said beside it in words, for those who cannot see it.

import { element } from "./element.js";

let addresses = [];

/** Shows the pictures of an answer in `panel`. */
export function showPictures(panel, { pictures, resources, total }) {
  addresses.forEach((address) => URL.revokeObjectURL(address));
  addresses = pictures.map((picture) => URL.createObjectURL(new Blob([picture], { type: "image/svg+xml" })));
  const appAuths = resources.filter(({ isAppAuth }) => isAppAuth);
  const parts = pictures.map((picture, index) => figure(addresses[index], picture, pictures.length > 1 ? appAuths[index]?.name : null));
  if (pictures.length > 1 && (appAuths.length > pictures.length || total > resources.length)) {
    parts.push(element("p", "more", `These are the first ${pictures.length} AppAuths; a text with one has its picture.`));
  }
  panel.replaceChildren(...parts);
}

function figure(address, picture, name) {
  const { nodes, references } = words(picture);
  const image = element("img");
  image.src = address;
  image.alt = `${nodes.length} resources: ${nodes.join("; ")}`;
  const list = element("ul", "", ...references.map((reference) => element("li", "", reference)));
  const said = element("details", "words", element("summary", "", "In words"), list);
  const made = element("figure", "", element("div", "frame", image), said);
  if (name) {
    made.prepend(element("figcaption", "", name));
  }
  return made;
}

// The titles of boxes and lines. Parsed, and only read.
function words(picture) {
  const parsed = new DOMParser().parseFromString(picture.replace(/<style>.*<\/style>/s, ""), "image/svg+xml");
  const titles = (parent) => [...parsed.querySelectorAll(`${parent} > title`)].map(({ textContent }) => textContent);
  return { nodes: titles("g"), references: titles("path") };
}
