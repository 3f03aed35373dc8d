// The switch of the standard's own text. The style sheet shows and hides it without this file, which
// keeps the choice for the other pages, and for the next visit.
document.addEventListener("DOMContentLoaded", () => {
  const key = "own-text";
  const switches = [...document.querySelectorAll(".own-text-switch input")];
  const show = (shown) => {
    for (const each of switches) each.checked = shown;
  };

  const kept = () => {
    try {
      return localStorage.getItem(key) === "shown";
    } catch {
      return false; // The browser keeps nothing for this page.
    }
  };
  const keep = (shown) => {
    try {
      localStorage.setItem(key, shown ? "shown" : "hidden");
    } catch {
      // The choice holds for this page alone.
    }
  };

  show(kept());
  if (kept() && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  for (const each of switches) {
    each.addEventListener("change", () => {
      show(each.checked);
      keep(each.checked);
    });
  }
  // Another tab with these pages may have the switch turned.
  window.addEventListener("storage", (event) => {
    if (event.key === key) show(event.newValue === "shown");
  });
});
