"use strict";
const $ = (id) => document.getElementById(id);
const entries = JSON.parse($("data").textContent);
const { of: besideOf, what: besides } = JSON.parse($("beside").textContent);
const STATES = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];
const PACE = 450; // milliseconds from one entry to the next at a speed of 1
const make = (name, className, text) => {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};
const most = (name) => Math.max(1, ...entries.map((each) => each.state ? each.state[name] : 0));
const mostTasks = most("tasks"), mostBuffered = most("buffered_amount");
const last = entries.length - 1;
let at = 0, timer = null;

const chips = STATES.map((name) => $("states").appendChild(make("span", "", name)));

// In a frame of the docs the way back is around the frame.
if (top !== self && $("docs")) $("docs").remove();

// The rows.

const link = (text, address, target) => {
  const node = make("a", "", text);
  node.href = address;
  node.target = target;
  node.rel = "noopener";
  node.addEventListener("click", (event) => event.stopPropagation());
  return node;
};
const moreOf = (entry, beside) => {
  const more = make("div", "more");
  if (beside.code) more.append(make("pre", "", beside.code));
  const links = more.appendChild(make("p"));
  if (beside.standard) links.append(link("In the standard", beside.standard, "_blank"));
  if (beside.page) links.append(link("Its page in the docs", beside.page, "_top"));
  if (entry.where) links.append(make("span", "mono", entry.where));
  const values = more.appendChild(make("dl"));
  const say = (name, value, className) =>
    values.append(make("dt", "", name), make("dd", "mono " + (className || ""), value));
  for (const [name, value] of Object.entries(entry.values)) say(name, value);
  if (entry.result) say("→", entry.result, entry.result.startsWith("raises") ? "raises" : "");
  return more;
};
// What our own words have in backticks is code; what a server sends is left as it is.
const inWords = (entry) => entry.kind !== "step" && entry.kind !== "algorithm" ? [entry.text]
  : entry.text.split(/`{1,2}([^`]+)`{1,2}/).map((part, index) => index % 2 ? make("code", "", part) : part);
let above = "";
const nameOf = (entry) => entry.section || entry.algorithm.replace("whatwg_websockets.", "");
const titleOf = (entry, className) => {
  const title = make("div", className, nameOf(entry) + " ");
  title.append(make("small", "", entry.folder + (entry.draft ? ", " + entry.draft : "")));
  return title;
};
const rows = entries.map((entry, index) => {
  const row = make("li", [entry.direction, entry.kind].join(" ").trim());
  row.style.setProperty("--depth", entry.depth);
  row.append(make("time", "mono", (entry.time * 1000).toFixed(2)));
  const body = row.appendChild(make("div"));
  if (entry.kind === "algorithm") body.append(titleOf(entry, "algorithm"));
  else if (entry.kind === "step" && nameOf(entry) !== above)
    body.append(titleOf(entry, "algorithm again"));
  if (entry.kind === "algorithm" || entry.kind === "step") above = nameOf(entry);
  const what = body.appendChild(make("div", "what"));
  if (entry.direction) what.append(entry.direction === "out" ? "→ " : "← ");
  if (entry.kind === "event" || entry.kind === "state") what.append(entry.kind + " ");
  if (entry.number) what.append(make("span", "number", entry.number + "."), " ");
  what.append(...inWords(entry));
  body.append(moreOf(entry, besides[besideOf[index]]));
  row.addEventListener("click", () => {
    if (!String(getSelection())) { pause(); go(index); }
  });
  return row;
});
$("entries").append(...rows);

// What is shown.

const isFrame = (entry) => entry.direction !== "";
const isEvent = (entry) => entry.kind === "event";
const isState = (entry) => entry.kind === "state";
const shown = new Set(["steps", ...entries.map((each) => each.folder)]);
const isShown = (index) => {
  const entry = entries[index];
  if (entry.kind !== "step" && entry.kind !== "algorithm") return true;
  return shown.has(entry.folder) && (entry.kind !== "step" || shown.has("steps"));
};
const names = ["steps", ...new Set(entries
  .filter((each) => each.kind === "step" || each.kind === "algorithm")
  .map((each) => each.folder))];
for (const name of names) {
  const label = $("filters").appendChild(make("label"));
  const box = label.appendChild(make("input"));
  box.type = "checkbox";
  box.checked = true;
  label.append(" " + name);
  box.addEventListener("change", () => {
    if (box.checked) shown.add(name); else shown.delete(name);
    rows.forEach((row, index) => { row.hidden = !isShown(index); });
  });
}

entries.forEach((entry, index) => {
  if (!isFrame(entry) && !isEvent(entry) && !isState(entry)) return;
  const tick = $("ticks").appendChild(make("i", entry.direction || entry.kind));
  tick.style.left = 100 * index / Math.max(1, last) + "%";
});

// From one entry to another.

function go(index) {
  at = Math.max(0, Math.min(last, index));
  const entry = entries[at];
  if (!entry) return;
  const state = entry.state;
  chips.forEach((chip) => chip.classList.toggle("is", !!state && chip.textContent === state.ready_state));
  $("time").textContent = (entry.time * 1000).toFixed(2) + " ms";
  $("tasks").textContent = state ? state.tasks : "–";
  $("tasks-bar").style.width = (state ? 100 * state.tasks / mostTasks : 0) + "%";
  $("buffered").textContent = state ? state.buffered_amount + " B" : "–";
  $("buffered-bar").style.width = (state ? 100 * state.buffered_amount / mostBuffered : 0) + "%";
  $("track").replaceChildren();
  if (entry.direction) $("track").append(make("div", "pill " + entry.direction, entry.text));
  $("at").value = at;
  $("at").setAttribute("aria-valuetext", `${nameOf(entry)} ${entry.number} ${entry.text}`);
  rows.forEach((row, each) => {
    row.classList.toggle("now", each === at);
    row.classList.toggle("later", each > at);
    if (each === at) row.setAttribute("aria-current", "step"); else row.removeAttribute("aria-current");
  });
  const box = rows[at].getBoundingClientRect();
  const below = $("panel").getBoundingClientRect().bottom + 16;
  if (box.top < below || box.bottom > innerHeight - 40) {
    scrollBy({ top: box.top - below - (innerHeight - below) / 3 });
  }
  history.replaceState(null, "", "#" + at);
}
function find(by, fits) {
  let next = at + by;
  while (next >= 0 && next <= last && !(isShown(next) && fits(entries[next]))) next += by;
  if (next >= 0 && next <= last) go(next);
}
const step = (by) => find(by, () => true);

function pause() {
  clearInterval(timer);
  timer = null;
  $("play").textContent = "Play";
}
function run() {
  clearInterval(timer);
  $("play").textContent = "Pause";
  timer = setInterval(() => {
    const before = at;
    step(1);
    if (at === before) pause();
  }, PACE / Number($("speed").value));
}
function play() {
  if (timer) { pause(); return; }
  if (at === last) go(0);
  run();
}
function change(by) {
  const speed = $("speed");
  speed.selectedIndex = Math.max(0, Math.min(speed.length - 1, speed.selectedIndex + by));
  if (timer) run();
}

$("at").max = Math.max(0, last);
$("at").addEventListener("input", () => { pause(); go(Number($("at").value)); });
$("speed").addEventListener("change", () => change(0));
$("play").addEventListener("click", play);
const stepping = {
  back: () => step(-1), on: () => step(1),
  frame: () => find(1, isFrame), event: () => find(1, isEvent), state: () => find(1, isState),
};
for (const [id, does] of Object.entries(stepping)) {
  $(id).addEventListener("click", () => { pause(); does(); });
}
$("keys").addEventListener("click", () => $("help").showModal());
const KEYS = {
  ArrowLeft: () => step(-1), ArrowRight: () => step(1), Home: () => go(0), End: () => go(last),
  f: () => find(1, isFrame), F: () => find(-1, isFrame),
  e: () => find(1, isEvent), E: () => find(-1, isEvent),
  s: () => find(1, isState), S: () => find(-1, isState),
};
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || $("help").open) return;
  const inControl = ["BUTTON", "SELECT", "SUMMARY", "A"].includes(event.target.tagName)
    || event.target.type === "checkbox";
  if (event.target.tagName === "SELECT" && event.key.startsWith("Arrow")) return;
  const does = KEYS[event.key];
  if (does) { pause(); does(); }
  else if (event.key === "+" || event.key === "-") change(event.key === "+" ? 1 : -1);
  else if (event.key === "?") $("help").showModal();
  else if (event.key === " " && !inControl) play();
  else return;
  event.preventDefault();
});
go(Number(location.hash.slice(1)) || 0);
