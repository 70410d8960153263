// The resources, each a section that folds. A section lives as long as its resource: while somebody writes, what they
// look at stays where it is, and lines that the last change made are marked.

import { element } from "./element.js";
import { lines } from "./yaml.js";

/** With more resources than this, each is unfolded by whoever wants to see it. */
const UNFOLDED = 30;

/** The list of resources in `panel`. */
export function createResources(panel, onFold) {
  let sections = new Map();

  panel.addEventListener("toggle", onFold, { capture: true });

  return {
    /**
     * Shows the resources of an answer.
     * @param {boolean} isOther whether the text is another one, and not an edited one.
     */
    show({ resources, total }, isOther) {
      // A status says little that the text does not.
      const isOpen = ({ isAppAuth }) => !isAppAuth && resources.length <= UNFOLDED;
      const severalAppAuths = resources.filter(({ isAppAuth }) => isAppAuth).length > 1;
      const before = sections;
      sections = new Map();
      for (const resource of resources) {
        const key = unused(sections, `${resource.appAuth}/${resource.kind}/${resource.name}`);
        const section = (!isOther && before.get(key)) || createSection(resource, isOpen(resource), severalAppAuths);
        section.update(resource.text);
        sections.set(key, section);
      }
      const children = [...sections.values()].map(({ details }) => details);
      if (total > resources.length) {
        const rest = `These are ${resources.length} of ${total.toLocaleString("en")} resources; “Copy YAML” has all of them.`;
        children.push(element("p", "more", rest));
      }
      // To take a section out and put it back in would lose where it is scrolled to.
      if (children.length !== panel.children.length || children.some((child, index) => child !== panel.children[index])) {
        panel.replaceChildren(...children);
      }
      if (isOther) {
        panel.scrollTop = 0;
      }
      onFold();
    },

    /** Whether any section is unfolded. */
    get isUnfolded() {
      return [...sections.values()].some(({ details }) => details.open);
    },

    fold(isFolded) {
      for (const { details } of sections.values()) {
        details.open = !isFolded;
      }
    },
  };
}

function createSection({ kind, appAuth, name, isAppAuth }, isOpen, namesAppAuth) {
  const about = isAppAuth ? `${name}, its status` : namesAppAuth ? `${name} of ${appAuth}` : name;
  const note = element("span", "note");
  const title = element("h3", "", element("span", "kind", kind), " ", element("span", "name", about));
  const code = element("code");
  const details = element("details", "resource", element("summary", "", title, note), element("pre", "", code));
  details.open = isOpen;
  let text = null;
  let drawn = null;

  // What is folded is drawn when it is unfolded.
  function draw(before) {
    if (details.open && drawn !== text) {
      code.replaceChildren(...lines(text, before));
      drawn = text;
    }
  }
  details.addEventListener("toggle", () => draw(null));

  return {
    details,
    update(next) {
      const before = text === null || next === text ? null : new Set(text.split("\n"));
      note.textContent = before ? "changed" : "";
      if (next === text) {
        // What was marked as changed is no longer the last change.
        code.querySelectorAll(".changed").forEach((line) => line.classList.remove("changed"));
        return;
      }
      text = next;
      draw(before);
    },
  };
}

// Two AppAuths may have one name.
function unused(map, key) {
  return map.has(key) ? unused(map, `${key}'`) : key;
}
