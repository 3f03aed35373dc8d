"use strict";
/* The matrix: filters, which are kept in the URL, sections that open and close, and arrow keys.
   Without this file the matrix is a plain table. */
(() => {
  const $ = (selector, from = document) => [...from.querySelectorAll(selector)];
  const bar = document.querySelector(".filters");
  if (!bar) return;
  const boards = $("table.matrix");
  const field = Object.fromEntries($("[name]", bar).map((each) => [each.name, each]));
  const open = new Set();
  const hidden = new Set();

  const wanted = () => ({
    show: field.show.value,
    section: field.section.value,
    verdict: field.verdict.value,
    words: field.words.value.trim().toLowerCase(),
  });

  /* The filters are in the URL's query, so that a link contains them, and Back undoes a filter. */
  const boxes = $("input[type=checkbox]", bar);
  const query = () => {
    const parts = new URLSearchParams(Object.entries(wanted()).filter(([, value]) => value));
    hidden.forEach((name) => parts.append("without", name));
    return parts.size ? `?${parts}` : "";
  };
  const restore = () => {
    const parts = new URLSearchParams(location.search);
    for (const name of Object.keys(wanted())) {
      field[name].value = parts.get(name) ?? "";
      if (field[name].selectedIndex < 0) field[name].value = "";
    }
    hidden.clear();
    parts.getAll("without").forEach((name) => hidden.add(name));
    boxes.forEach((box) => { box.checked = !hidden.has(box.value); });
    apply();
  };
  let before = null;
  const changed = ({ target }) => {
    boxes.forEach((box) => (box.checked ? hidden.delete(box.value) : hidden.add(box.value)));
    apply();
    const url = location.pathname + query() + location.hash;
    const goesOn = target === field.words && before === target;
    before = target;
    try {
      history[goesOn ? "replaceState" : "pushState"](null, "", url);
      sessionStorage.setItem("matrix", query());
    } catch { /* A page without an origin may be refused a history entry or storage. */ }
  };

  const isFiltered = (now) => Boolean(now.show || now.verdict || now.words);

  const seen = (row) => [...row.cells].slice(2).filter((cell, at) => !isHidden(row, at));
  const isHidden = (row, at) => hidden.has(columns(row.closest("table"))[at]);
  const columns = (table) => $("thead th.who", table).map((head) => head.dataset.who);
  const verdicts = (row) => seen(row).map((cell) => cell.firstElementChild?.className).filter(Boolean);

  const fits = (row, now) => {
    const found = verdicts(row);
    const good = row.dataset.best.split(" ");
    const short = found.some((verdict) => !good.includes(verdict));
    if (now.show === "short" && !short) return false;
    if (now.show === "differ" && new Set(found).size < 2) return false;
    if (now.verdict && !found.includes(now.verdict)) return false;
    return !now.words || row.textContent.toLowerCase().includes(now.words);
  };

  const apply = () => {
    const now = wanted();
    let shown = 0, all = 0;
    for (const body of $("table.matrix tbody")) {
      const inSection = !now.section || body.id === now.section;
      const rows = $("tr:not(.section)", body);
      const fitting = inSection ? rows.filter((row) => fits(row, now)) : [];
      const isOpen = open.has(body.id) || isFiltered(now) || body.id === now.section;
      all += rows.length;
      shown += fitting.length;
      rows.forEach((row) => row.classList.toggle("dim", !isOpen || !fitting.includes(row)));
      body.hidden = !fitting.length;
      body.querySelector("button").setAttribute("aria-expanded", isOpen);
    }
    for (const board of boards) {
      columns(board).forEach((name, at) => {
        const nth = at + 3;
        $(`col:nth-child(${nth}), tr > :nth-child(${nth}):not(tr.section > *)`, board)
          .forEach((each) => { each.hidden = hidden.has(name); });
        $(`tr.section > :nth-child(${at + 2})`, board).forEach((each) => { each.hidden = hidden.has(name); });
      });
    }
    field.count.value = `${shown} of ${all} cases`;
    rove();
  };

  /* Tab leads to one cell; the arrow keys lead from there to the other cells. */
  const links = () => $("table.matrix tr:not(.dim) td.c > a").filter((link) => link.offsetParent);
  let current = null;
  const rove = () => {
    const all = links();
    $("table.matrix td.c > a").forEach((link) => { link.tabIndex = -1; });
    if (!all.includes(current)) current = all[0];
    if (current) current.tabIndex = 0;
  };
  const move = (link, down, right) => {
    const row = link.closest("tr");
    const at = [...row.cells].indexOf(link.parentElement);
    let next = row, cell = at;
    do {
      if (right) cell += right;
      if (down) {
        const rows = $("table.matrix tbody tr:not(.section):not(.dim)").filter((each) => each.offsetParent);
        next = rows[rows.indexOf(next) + down];
      }
      const found = next?.cells[cell]?.querySelector("a");
      if (found?.offsetParent) return found;
    } while (next && next.cells[cell]);
    return null;
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const link = event.target.closest?.("table.matrix td.c > a");
    if (way && link) {
      event.preventDefault();
      const next = move(link, ...way);
      if (next) { current = next; rove(); next.focus(); }
    } else if (event.key === "/" && !event.target.matches("input, select")) {
      event.preventDefault();
      field.words.focus();
    }
  });

  /* A fragment such as #6.4.1 opens the section of the case and marks the row. */
  const goTo = () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    $("tr.here").forEach((each) => each.classList.remove("here"));
    if (!row?.matches("table.matrix tbody tr")) return;
    open.add(row.parentElement.id);
    row.classList.add("here");
    apply();
    row.scrollIntoView({ block: "center" });
  };

  for (const button of $("tr.section button")) {
    button.addEventListener("click", () => {
      const id = button.closest("tbody").id;
      if (!open.delete(id)) open.add(id);
      apply();
    });
  }
  $("button[data-open]", bar).forEach((button) => button.addEventListener("click", () => {
    const bodies = $("table.matrix tbody");
    const all = bodies.every((body) => open.has(body.id));
    bodies.forEach((body) => (all ? open.delete(body.id) : open.add(body.id)));
    apply();
  }));
  bar.addEventListener("input", changed);
  addEventListener("popstate", restore);
  addEventListener("hashchange", goTo);
  addEventListener("click", (event) => {
    $("details[open]", bar).forEach((each) => { if (!each.contains(event.target)) each.open = false; });
  });
  addEventListener("resize", () => document.documentElement.style.setProperty("--bar",
    getComputedStyle(bar).position === "sticky" ? `${bar.offsetHeight}px` : "0px"));

  const few = $("table.matrix tbody tr:not(.section)").length <= 60;
  const isShort = (row) => row.matches(":not(.section)") && fits(row, { show: "short" });
  for (const body of $("table.matrix tbody")) {
    if (few || [...body.rows].some(isShort)) open.add(body.id);
  }
  bar.hidden = false;
  dispatchEvent(new Event("resize"));
  restore();
  goTo();
})();

/* The page of a case: arrow keys lead to the neighbouring cases, and Escape to the matrix. A fragment
   such as #ws opens the conversation with ws. */
(() => {
  const nav = document.querySelector(".nav[data-case]");
  if (!nav) return;
  try {
    nav.querySelector("a[rel=up]").search = sessionStorage.getItem("matrix") ?? "";
  } catch { /* A page without an origin has no storage, so the matrix opens without its filters. */ }
  const show = () => {
    const talk = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details");
    if (talk) { talk.open = true; talk.scrollIntoView({ block: "start" }); }
  };
  addEventListener("hashchange", show);
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const name = { ArrowLeft: "prev", ArrowRight: "next", Escape: "up" }[event.key];
    const link = name && nav.querySelector(`a[rel=${name}]`);
    if (link) location.href = link.href + (name === "up" ? "" : location.hash);
  });
  show();
})();
