// Light, dark, or as the system has it. A script of its own that runs before the page is drawn, so that nothing flashes.

const KEY = "function-appauth-theme";

/** Shows `theme`; the colours and the picture follow `color-scheme`. */
function show(theme) {
  document.documentElement.dataset.theme = theme;
}

// A browser may refuse storage; then the choice lasts as long as the page.
function stored() {
  try {
    return localStorage.getItem(KEY) ?? "system";
  } catch {
    return "system";
  }
}

function store(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // As above.
  }
}

show(stored());

addEventListener("DOMContentLoaded", () => {
  const select = document.querySelector("#theme");
  select.value = document.documentElement.dataset.theme;
  select.addEventListener("change", () => {
    show(select.value);
    store(select.value);
  });
});
