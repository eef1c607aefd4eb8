// The rater's page: keys, drafts, marked places, time at work. Without it the page is a plain form that does the same.
"use strict";

const form = document.getElementById("judgement");
// Not form.action: that is its button of this name.
const address = form.getAttribute("action");
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const isText = (element) => element.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

// Questions: one row of choices is active; a choice goes on to the next row that is open.

const visible = (element) => !element.closest("details:not([open])");
const rows = () => all("fieldset.dimension [data-row], fieldset.dimension input[type=number]", form).filter(visible);
const answered = (row) => (row.matches("input") ? row.value !== "" : !!row.querySelector(":checked"));
const done = (row) =>
  answered(row) || (!row.classList.contains("check") && answeredBeside(row));
const answeredBeside = (row) =>
  all("[data-row] :checked, input[type=number]", row.closest("fieldset")).some(
    (input) => input.value.startsWith("abstain:") || (input.type === "number" && input.value !== ""),
  );
let active = null;

function activate(row, quietly = false) {
  for (const card of all("fieldset.dimension.active", form)) card.classList.remove("active");
  for (const other of all(".check.current", form)) other.classList.remove("current");
  active = row ?? null;
  if (!row) return;
  const card = row.closest("fieldset");
  card.classList.add("active");
  if (row.classList.contains("check")) row.classList.add("current");
  if (!quietly) card.scrollIntoView({ block: "nearest" });
}

function goOn() {
  const list = rows();
  const after = list.slice(list.indexOf(active) + 1);
  const next = after.find((row) => !done(row)) ?? list.find((row) => !done(row));
  activate(next);
  if (next?.matches("input")) next.focus();
  else if (isText(document.activeElement) || document.activeElement.matches("input")) document.activeElement.blur();
  if (!next) form.querySelector(".submit .main")?.scrollIntoView({ block: "nearest" });
}

// Whether the answer of this card asks for a reason that is not there yet; if so the cursor goes there.
function reasonWanted(card) {
  const reason = card.querySelector(".reason");
  if (!reason) return false;
  const values = all(":checked", card).map((input) => input.value);
  const number = card.querySelector("input[type=number]")?.value;
  if (number) values.push(number);
  const given = values.filter((value) => !value.startsWith("abstain:"));
  const needed = given.length > 0 && (reason.dataset.all || given.some((v) => reason.dataset.for.split(" ").includes(v)));
  reason.classList.toggle("needed", Boolean(needed));
  const area = reason.querySelector("textarea");
  if (!needed || area.value.trim().length >= Number(reason.dataset.least)) return false;
  reason.open = true;
  area.focus();
  return true;
}

function chose(row) {
  active = row;
  if (!reasonWanted(row.closest("fieldset"))) goOn();
}

let byPointer = false;
document.addEventListener("pointerdown", () => (byPointer = true), true);
document.addEventListener("keydown", () => (byPointer = false), true);

form.addEventListener("change", (event) => {
  const row = event.target.closest("fieldset.dimension [data-row]");
  // Who walks through the choices with the arrow keys is still choosing.
  if (row && byPointer) chose(row);
  else if (row) reasonWanted(row.closest("fieldset"));
});
form.addEventListener("focusin", (event) => {
  // With a pointer the page must not move between press and release; the click follows.
  if (byPointer) return;
  const row = event.target.closest("fieldset.dimension [data-row], fieldset.dimension input[type=number]");
  const card = event.target.closest("fieldset.dimension");
  if (row && row !== active) activate(row);
  else if (card && !card.classList.contains("active")) activate(card.querySelector("[data-row], input[type=number]"));
});
form.addEventListener("click", (event) => {
  const card = event.target.closest("fieldset.dimension:not(.active)");
  if (card && !event.target.closest("label.option")) activate(card.querySelector("[data-row], input[type=number]"));
});

function press(button) {
  if (button) form.requestSubmit(button);
}

function onKey(event) {
  if (event.isComposing || event.altKey || event.defaultPrevented) return;
  const target = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return void press(form.querySelector(".submit .main"));
  if (event.ctrlKey || event.metaKey) return;
  if (isText(target)) return void inText(event, target);
  if (target.closest(".response") && inResponse(event, target.closest(".response"))) return event.preventDefault();
  if (event.repeat) return;
  if (event.key === "Enter" && !target.closest("a, button, summary")) {
    event.preventDefault();
    return enter();
  }
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !target.matches("input") && active) {
    const list = rows();
    const next = list[list.indexOf(active) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next) activate(next);
    return event.preventDefault();
  }
  if (event.key === "m" && markPlace()) return event.preventDefault();
  if (event.key.length === 1 && chooseByKey(event.key.toLowerCase())) event.preventDefault();
}
document.addEventListener("keydown", onKey, true);

function inText(event, target) {
  if (event.key === "Escape") target.blur();
  if (event.key !== "Enter" || target.matches("textarea, select")) return;
  event.preventDefault();
  if (target.type === "number") chose(target);
  else if (target.name === "quote") press(form.querySelector("[value=mark]"));
}

function enter() {
  const open = rows().find((row) => !done(row) && row.closest("fieldset").hasAttribute("data-required"));
  if (open) activate(open);
  else if (!all("fieldset.dimension", form).some(reasonWanted)) press(form.querySelector(".submit .main"));
}

function chooseByKey(key) {
  const jump = form.querySelector(`fieldset.dimension[data-jump="${CSS.escape(key)}"]`);
  if (jump) return activate(jump.querySelector("[data-row], input[type=number]")), true;
  if (!active) activate(rows().find((row) => !done(row)) ?? null, true);
  const label = active?.querySelector?.(`[data-key="${CSS.escape(key)}"]`);
  if (label) {
    const input = label.querySelector("input");
    input.checked = true;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    return chose(active), true;
  }
  const button = form.querySelector(`.choices [data-key="${CSS.escape(key)}"]`);
  if (button) return press(button), true;
  return false;
}

// Time at work: what passes while the page is in view and somebody has moved within the last minute.

const seconds = form.elements.active_seconds;
let before = performance.now();
let moved = before;
for (const kind of ["pointermove", "keydown", "scroll", "touchstart"])
  document.addEventListener(kind, () => (moved = performance.now()), { passive: true, capture: true });
function count() {
  const now = performance.now();
  if (!document.hidden && now - moved < 60_000) seconds.value = (Number(seconds.value) + (now - before) / 1000).toFixed(1);
  before = now;
}
setInterval(count, 1000);

// Drafts are saved as one goes; a second press of a button sends nothing.

const status = form.querySelector(".saved");
let timer = null;
let sent = false;

function draft() {
  count();
  const data = new FormData(form);
  data.set("action", "draft");
  return data;
}
async function save() {
  timer = null;
  if (sent) return;
  try {
    const answer = await fetch(address, { method: "POST", body: draft(), headers: { Accept: "application/json" } });
    if (sent) return;
    status.textContent = answer.ok ? form.dataset.saved : form.dataset.notSaved;
  } catch {
    status.textContent = form.dataset.notSaved;
  }
}
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(save, 700);
});
form.addEventListener("submit", (event) => {
  if (sent) return event.preventDefault();
  sent = true;
  clearTimeout(timer);
  count();
});
addEventListener("pagehide", () => {
  if (timer && !sent) navigator.sendBeacon(address, draft());
});
addEventListener("pageshow", (event) => event.persisted && location.reload());

// Places in an answer: what is selected gets a label. Places are counted in characters of the text, not of the page.

const responses = all(".response[data-side]");
const marks = form.querySelector(".marks");
let selected = null;

const points = (text) => [...text].length;
const pieces = (response) => all("[data-at]", response);

function place(range, response) {
  let start = Infinity;
  let end = -Infinity;
  for (const piece of pieces(response)) {
    if (!range.intersectsNode(piece)) continue;
    const at = Number(piece.dataset.at);
    const text = piece.firstChild;
    let from = 0;
    let to = piece.dataset.to ? Number(piece.dataset.to) - at : points(piece.textContent);
    if (range.startContainer === text) from = points(text.data.slice(0, range.startOffset));
    if (range.endContainer === text) to = points(text.data.slice(0, range.endOffset));
    if (from >= to) continue;
    start = Math.min(start, at + from);
    end = Math.max(end, at + to);
  }
  return start < end ? { start, end } : null;
}

function rangeOf(response, start, end) {
  const range = document.createRange();
  let begun = false;
  for (const piece of pieces(response)) {
    const at = Number(piece.dataset.at);
    const to = piece.dataset.to ? Number(piece.dataset.to) : at + points(piece.textContent);
    if (to <= start || at >= end) continue;
    const text = piece.dataset.to ? null : piece.firstChild;
    const units = (count) => [...text.data].slice(0, count).join("").length;
    if (!begun) text ? range.setStart(text, units(Math.max(0, start - at))) : range.setStartBefore(piece);
    begun = true;
    text ? range.setEnd(text, units(Math.min(to, end) - at)) : range.setEndAfter(piece);
  }
  return begun ? range : null;
}

function paint() {
  if (!globalThis.Highlight || !marks) return;
  const spans = all("input[name=span]:checked", marks).map((input) => JSON.parse(input.value));
  const twice = spans.flatMap((a, i) =>
    spans.slice(i + 1).filter((b) => a[0] === b[0] && a[1] < b[2] && b[1] < a[2])
      .map((b) => [a[0], Math.max(a[1], b[1]), Math.min(a[2], b[2])]),
  );
  const ranges = (list) => list.map((s) => rangeOf(responses[s[0]], s[1], s[2])).filter(Boolean);
  CSS.highlights.set("marked", new Highlight(...ranges(spans)));
  const over = new Highlight(...ranges(twice));
  over.priority = 1;
  CSS.highlights.set("marked-twice", over);
}

function remember() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const range = selection.getRangeAt(0);
  const response = responses.find((one) => range.intersectsNode(one));
  const where = response && place(range, response);
  if (where) selected = { ...where, side: Number(response.dataset.side), text: selection.toString() };
  for (const bar of all(".marking")) bar.hidden = !selected || Number(bar.dataset.side) !== selected.side;
}

function mark(button) {
  const [dimension, label] = JSON.parse(button.dataset.label);
  const severity = button.closest(".marking").querySelector("select");
  const span = [selected.side, selected.start, selected.end, dimension, label, severity?.value ?? null];
  const line = marks.querySelector("template").content.cloneNode(true);
  line.querySelector("input").value = JSON.stringify(span);
  const told = [button.textContent.trim(), severity?.selectedOptions[0].textContent].filter(Boolean).join(", ");
  line.querySelector("span").textContent = `“${selected.text.trim()}” — ${told}`;
  marks.querySelector("ul").append(line);
  marks.open = true;
  selected = null;
  button.closest(".marking").hidden = true;
  getSelection().removeAllRanges();
  paint();
  form.dispatchEvent(new Event("input"));
}

// In a response that has the focus, arrow keys select: a word or a line further, with Shift as much more.
function inResponse(event, response) {
  const step = { ArrowRight: ["forward", "word"], ArrowLeft: ["backward", "word"], ArrowDown: ["forward", "line"], ArrowUp: ["backward", "line"] };
  if (event.key === "Enter" && selected) return markPlace();
  if (!marks || !step[event.key]) return false;
  const selection = getSelection();
  if (!selection.rangeCount || !response.contains(selection.anchorNode)) selection.collapse(response, 0);
  else if (!event.shiftKey) event.key === "ArrowRight" || event.key === "ArrowDown" ? selection.collapseToEnd() : selection.collapseToStart();
  selection.modify("extend", ...step[event.key]);
  // The browser tells of a change of selection later than the next key may come.
  remember();
  return true;
}

function markPlace() {
  if (!marks) return false;
  remember();
  const side = selected?.side ?? 0;
  if (selected) document.querySelector(`.marking[data-side="${side}"] button`).focus();
  else responses[0].focus();
  return true;
}

if (marks) {
  document.addEventListener("selectionchange", remember);
  for (const bar of all(".marking")) {
    bar.addEventListener("pointerdown", (event) => event.target.closest("button") && event.preventDefault());
    bar.addEventListener("click", (event) => event.target.closest("button") && mark(event.target.closest("button")));
  }
  marks.addEventListener("change", paint);
  paint();
}

// What may be judged besides is answered by the same keys while it is open.
form.querySelector(".besides")?.addEventListener("toggle", (event) =>
  activate(event.target.open ? rows().find((row) => !done(row)) : null),
);

for (const card of all("fieldset.dimension", form)) if (!document.querySelector(".note.bad")) reasonWanted(card);
if (document.activeElement?.matches("textarea")) document.activeElement.blur();
const wanting = form.querySelector(".wanting [data-row], .wanting input[type=number]");
activate(wanting ?? rows().find((row) => !done(row)) ?? null, !wanting);
