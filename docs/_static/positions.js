// The filters of the list of positions: one choice for each thing that is compared with browsers.
// What is chosen stands in the address, so that it can be sent to somebody. Without this file the
// page shows all positions.
document.addEventListener("DOMContentLoaded", () => {
  const tables = [...document.querySelectorAll(".compared table")];
  if (tables.length === 0) return;

  const aspects = [...tables[0].querySelectorAll("th")].map((head) => head.textContent.trim());
  const compared = aspects.slice(2);
  const rows = tables.flatMap((table) => [...table.querySelectorAll("tbody tr")]);
  const chosen = new URLSearchParams(location.search);
  const form = document.createElement("form");
  form.className = "filters";
  form.setAttribute("aria-label", "Show the positions of which");
  const status = document.createElement("output");

  for (const aspect of compared) {
    const select = document.createElement("select");
    select.name = aspect;
    for (const choice of ["any", "same", "differs", "not compared"]) select.add(new Option(choice));
    select.value = chosen.get(aspect) ?? "any";
    if (!select.value) select.value = "any";
    const label = document.createElement("label");
    label.append(aspect, " ", select);
    form.append(label);
  }
  form.append(status);
  tables[0].closest("section").before(form);

  const show = () => {
    const wanted = [...new FormData(form)].filter(([, choice]) => choice !== "any");
    let shown = 0;
    for (const row of rows) {
      const fits = wanted.every(([aspect, choice]) =>
        row.cells[aspects.indexOf(aspect)].textContent.trim() === choice);
      row.hidden = !fits;
      shown += fits;
    }
    for (const table of tables) {
      const section = table.closest("section");
      section.hidden = !table.querySelector("tbody tr:not([hidden])");
    }
    status.textContent = `${shown} of ${rows.length} positions`;
    const query = new URLSearchParams(wanted).toString();
    const address = location.pathname + (query && `?${query}`) + location.hash;
    try {
      history.replaceState(null, "", address);
    } catch {
      // A page that is a file has an address that cannot be changed.
    }
  };

  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
});
