// Tabs as people with a keyboard expect them: one stop for Tab, and arrows within.

/**
 * Makes a `tablist` work; `onSelect` gets the id of the panel.
 * @returns {(panel: string) => void} selects a tab by its panel.
 */
export function createTabs(list, onSelect) {
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const panelOf = (tab) => tab.getAttribute("aria-controls");

  function select(panel) {
    for (const tab of tabs) {
      const isSelected = panelOf(tab) === panel;
      tab.setAttribute("aria-selected", String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
    }
    onSelect(panel);
  }

  list.addEventListener("click", ({ target }) => {
    const tab = target.closest("[role=tab]");
    if (tab) {
      select(panelOf(tab));
    }
  });
  list.addEventListener("keydown", (event) => {
    const at = tabs.indexOf(event.target);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at >= 0 && to !== undefined) {
      event.preventDefault();
      const tab = tabs[(to + tabs.length) % tabs.length];
      select(panelOf(tab));
      tab.focus();
    }
  });
  return select;
}
