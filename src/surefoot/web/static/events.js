"use strict";
// Events stand twice: as rows of the table, which is what is sent, and as marks on the picture, made from the rows.
const plate = document.getElementById("plate");
const marks = document.getElementById("marks");
const form = document.getElementById("correct");
const body = form.querySelector("tbody");
const told = document.getElementById("told");
const add = document.getElementById("add");
const last = Number(form.dataset.length);
const frame = Object.fromEntries(["left", "right", "top", "bottom", "start", "end"].map((name) => [name, Number(plate.dataset[name])]));
const NEW_S = 1;
const STEPS = { ArrowLeft: -0.1, ArrowDown: -0.1, ArrowRight: 0.1, ArrowUp: 0.1, PageDown: -1, PageUp: 1, Home: -Infinity, End: Infinity };
const shown = new Map();

const clip = (low, value, high) => Math.min(Math.max(low, value), high);
const part = (second) => frame.left + ((second - frame.start) / (frame.end - frame.start)) * (frame.right - frame.left);

function say(key, facts) {
  return Object.entries(facts).reduce((text, [name, value]) => text.replace(`#${name}`, value), form.dataset[key]);
}

function secondAt(event) {
  const box = plate.getBoundingClientRect();
  const across = ((event.clientX - box.left) / box.width - frame.left) / (frame.right - frame.left);
  return frame.start + across * (frame.end - frame.start);
}

function cellsOf(row) {
  return ["kind", "start", "end"].map((name) => row.querySelector(`[name="${name}"]`));
}

function spanOf(row) {
  const [, start, end] = cellsOf(row);
  return [Number(start.value), Number(end.value)];
}

function setSpan(row, start, end) {
  const [, from, to] = cellsOf(row);
  [from.value, to.value] = [start.toFixed(2), end.toFixed(2)];
  refresh();
}

function moveWhole(row, start) {
  const [from, to] = spanOf(row);
  const length = Math.max(0, to - from);
  const begins = clip(0, start, last - length);
  setSpan(row, begins, begins + length);
}

function moveEnd(row, end) {
  const [from] = spanOf(row);
  setSpan(row, from, clip(from, end, last));
}

function makeGrip(row, className, move, edge) {
  const grip = document.createElement("div");
  grip.className = `grip ${className}`;
  grip.tabIndex = 0;
  for (const [name, value] of [["role", "slider"], ["aria-valuemin", "0"], ["aria-valuemax", String(last)], ["aria-keyshortcuts", "Delete"]]) grip.setAttribute(name, value);
  grip.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Delete" || event.key === "Backspace") removeRow(row, true);
    else if (event.key in STEPS) move(row, spanOf(row)[edge] + STEPS[event.key]);
    else return;
    event.preventDefault();
  });
  dragBy(grip, row, move, edge);
  return grip;
}

function dragBy(handle, row, move, edge) {
  let offset = null;
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    offset = spanOf(row)[edge] - secondAt(event);
    handle.setPointerCapture(event.pointerId);
    (handle.tabIndex < 0 ? shown.get(row).start : handle).focus();
    event.preventDefault();
  });
  handle.addEventListener("pointermove", (event) => { if (offset !== null) move(row, secondAt(event) + offset); });
  for (const name of ["pointerup", "pointercancel"]) handle.addEventListener(name, () => { offset = null; });
}

function makeMark(row) {
  const mark = { band: document.createElement("div"), start: makeGrip(row, "whole", moveWhole, 0), end: makeGrip(row, "tail", moveEnd, 1) };
  mark.band.className = "band";
  dragBy(mark.band, row, moveWhole, 0);
  marks.append(mark.band, mark.start, mark.end);
  shown.set(row, mark);
}

function dropMark(row) {
  for (const each of Object.values(shown.get(row) || {})) each.remove();
  shown.delete(row);
}

function place(row, mark, number) {
  const [start, end] = spanOf(row);
  const kind = cellsOf(row)[0].selectedOptions[0].textContent;
  const percent = (value) => `${(100 * value).toFixed(3)}%`;
  for (const each of [mark.band, mark.start]) each.style.left = percent(part(start));
  mark.end.style.left = percent(part(end));
  mark.band.style.width = percent(Math.max(0, part(end) - part(start)));
  mark.start.textContent = String(number);
  mark.start.setAttribute("aria-label", say("move", { n: number, kind }));
  mark.end.setAttribute("aria-label", say("end", { n: number, kind }));
  mark.start.setAttribute("aria-valuenow", start.toFixed(2));
  mark.end.setAttribute("aria-valuenow", end.toFixed(2));
  mark.start.setAttribute("aria-valuetext", say("span", { from: start.toFixed(2), to: end.toFixed(2) }));
  mark.end.setAttribute("aria-valuetext", say("until", { to: end.toFixed(2) }));
}

function refresh() {
  [...body.rows].forEach((row, index) => {
    const [kind, start, end] = cellsOf(row);
    row.querySelector(".number").textContent = String(index + 1);
    row.querySelector(".remove").setAttribute("aria-label", say("remove", { n: index + 1 }));
    for (const [cell, name] of [[kind, "kind"], [start, "start"], [end, "stop"]]) cell.setAttribute("aria-label", say(name, { n: index + 1 }));
    start.required = end.required = kind.value !== "";
    end.setCustomValidity(end.value && Number(end.value) < Number(start.value) ? form.dataset.order : "");
    const whole = kind.value && start.value && end.value && start.validity.valid && end.validity.valid;
    if (!whole) dropMark(row);
    else if (!shown.has(row)) makeMark(row);
    if (whole) place(row, shown.get(row), index + 1);
  });
  told.textContent = serialize() === saved ? "" : form.dataset.changed;
}

function serialize() {
  return new URLSearchParams([...new FormData(form)]).toString();
}

function addRow(at) {
  body.append(document.getElementById("blank").content.cloneNode(true));
  const row = body.rows[body.rows.length - 1];
  prepare(row);
  cellsOf(row)[0].value = "touchdown";
  const start = clip(0, at, Math.max(0, last - NEW_S));
  setSpan(row, start, Math.min(start + NEW_S, last));
  shown.get(row).start.focus();
}

function removeRow(row, fromPicture) {
  const near = row.nextElementSibling || row.previousElementSibling;
  dropMark(row);
  row.remove();
  refresh();
  if (!near) add.focus();
  else if (fromPicture && shown.has(near)) shown.get(near).start.focus();
  else near.querySelector(".remove").focus();
}

function prepare(row) {
  const remove = row.querySelector(".remove");
  remove.hidden = false;
  remove.addEventListener("click", () => removeRow(row, false));
}

function dress() {
  // Empty rows are for pages without this script; here a button adds rows.
  for (const row of [...body.rows]) if (!cellsOf(row)[0].value) row.remove(); else prepare(row);
}

const original = body.innerHTML;
for (const each of ["add", "undo", "told-how"]) document.getElementById(each).hidden = false;
marks.style.setProperty("--top", `${100 * frame.top}%`);
marks.style.setProperty("--bottom", `${100 * (1 - frame.bottom)}%`);
dress();
const saved = serialize();
refresh();

form.addEventListener("input", refresh);
add.addEventListener("click", () => addRow((frame.start + frame.end - NEW_S) / 2));
document.getElementById("undo").addEventListener("click", () => {
  for (const row of [...shown.keys()]) dropMark(row);
  body.innerHTML = original;
  dress();
  refresh();
});
plate.addEventListener("dblclick", (event) => {
  const at = secondAt(event);
  if (at >= frame.start && at <= frame.end) addRow(at);
});
