"use strict";
// Files are looked at as soon as they are dropped; each row is sent by itself, once all of it is answered.
const form = document.getElementById("import");
const said = JSON.parse(form.dataset.said);
const [headline, list, add, stay, told, picker, drop] = ["headline", "rows", "add", "stay", "told", "files", "drop"].map((id) => document.getElementById(id));
const { person, name: newcomer, footwear, placement } = form.elements;
const rows = [];
let made = 0;
let busy = false;

function element(name, text = "", children = [], className = "") {
  const each = document.createElement(name);
  if (text) each.textContent = text;
  if (className) each.className = className;
  each.append(...children);
  return each;
}

function count(name, number) {
  const text = said[name][number === 1 ? 0 : 1].replace("#", said.counts[number] ?? String(number));
  return text[0].toUpperCase() + text.slice(1);
}

function differs(row) {
  return ["leg", "eyes"].some((word) => row.told[word] && row[word] && row.told[word] !== row[word]);
}

function isReady(row) {
  return !row.problem && !(row.table && row.table.open) && !row.trial && Boolean(row.leg && row.eyes) && (row.sure || !differs(row));
}

function draw(row) {
  const svg = (name, attributes) => {
    const each = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) each.setAttribute(key, value);
    return each;
  };
  const wave = svg("svg", { class: "pic wave", viewBox: "0 0 180 36", "aria-hidden": "true" });
  wave.append(svg("path", { class: "trace-l", d: row.wave }));
  return wave;
}

function choice(row, word, options) {
  const group = `${word}-${row.number}`;
  const segments = options.map((option) => {
    const input = element("input");
    Object.assign(input, { type: "radio", name: group, value: option, checked: row[word] === option });
    input.addEventListener("change", () => { row[word] = option; row.sure = false; showState(row); });
    return element("label", "", [input, element("span", said[option])]);
  });
  return element("fieldset", "", [element("legend", said[word], [], "seen-not"), element("div", "", segments, "seg")], "pick");
}

function ground(row) {
  const options = ["floor", "foam", "board"].map((word) => Object.assign(element("option", said[word]), { value: word, selected: row.surface === word }));
  const select = element("select", "", options);
  select.setAttribute("aria-label", said.ground);
  select.addEventListener("change", () => { row.surface = select.value; });
  return select;
}

function pickColumn(row, group, asked) {
  const control = asked.options ? element("select", "", asked.options.map(([value, text]) => element("option", text))) : element("input");
  if (asked.options) control.selectedIndex = asked.options.findIndex(([value]) => value === asked.value);
  else Object.assign(control, { type: "number", min: 1, max: 10000, step: "any", value: asked.value });
  asked.now = () => (asked.options ? (asked.options[control.selectedIndex] || [""])[0] : Number(control.value) || "");
  control.addEventListener("change", () => tellColumns(row, group, asked));
  return element("label", "", [element("span", asked.label, [], "lab"), control]);
}

// What was chosen goes to the computer at once, which says what it makes of it; what it guessed otherwise stays.
function tellColumns(row, group, changed) {
  if (row.table.known && !Object.keys(row.columns).length) {
    for (const each of row.table.groups.flatMap(({ fields }) => fields)) row.columns[each.key] = each.now();
  }
  const isUnit = (each) => each.key.endsWith("_unit");
  for (const each of group.fields) {
    if (!changed || (isUnit(changed) ? each === changed : !isUnit(each))) row.columns[each.key] = each.now();
    else if (!isUnit(changed)) delete row.columns[each.key];
  }
  lookAgain(row);
}

async function lookAgain(row) {
  try {
    const [seen] = await post(`/import/look?${new URLSearchParams({ columns: JSON.stringify(row.columns) })}`, row.kept);
    Object.assign(row, { says: seen.says, problem: seen.problem, why: seen.why, wave: seen.wave, table: seen.table });
    const old = row.shown;
    fill(row);
    old.replaceWith(row.shown);
    showState(row);
  } catch (error) {
    told.textContent = error instanceof TypeError || error instanceof SyntaxError ? said.away : error.message;
  }
}

function showTable(row) {
  const { table } = row;
  const guesses = table.groups.map((group) => {
    const parts = [element("legend", group.label), element("div", "", group.fields.map((each) => pickColumn(row, group, each)), "fields")];
    if (group.because) parts.push(element("p", group.because, [], "soft small"));
    if (group.ask) parts.push(element("p", group.ask, [], "state care small"));
    if (group.confirm) {
      const right = Object.assign(element("button", said.columns_right, [], "btn ghost small"), { type: "button" });
      right.addEventListener("click", () => tellColumns(row, group));
      parts.push(right);
    }
    return element("fieldset", "", parts, "guess");
  });
  if (table.trouble) guesses.unshift(element("p", table.trouble, [], "state care small"));
  const [head, ...cells] = table.cells[0].map((_, line) => table.cells.map((column) => column[line] ?? ""));
  const lines = cells.map((texts) => element("tr", "", texts.map((text) => element("td", text))));
  const top = element("thead", "", [element("tr", "", head.map((text) => Object.assign(element("th", text), { scope: "col" })))]);
  const preview = element("div", "", [element("table", "", [element("caption", said.columns_rows), top, element("tbody", "", lines)], "cells")], "scroll");
  Object.assign(preview, { tabIndex: 0 });
  preview.setAttribute("role", "group");
  preview.setAttribute("aria-label", said.columns_rows);
  const made = element("details", "", [element("summary", said.columns, [], "more small"), preview, ...guesses], "table");
  made.open = table.open || row.problem || Object.keys(row.columns).length > 0;
  return made;
}

function offList(row) {
  const button = Object.assign(element("button", said.off_list, [], "btn text small"), { type: "button" });
  button.addEventListener("click", () => {
    row.shown.remove();
    rows.splice(rows.indexOf(row), 1);
    tell();
  });
  return button;
}

function fill(row) {
  const title = element("div", "", [element("b", row.name), element("span", row.says, [], "soft small")], "fname");
  if (row.why) title.append(element("details", "", [element("summary", said.why, [], "more small soft"), element("p", row.why, [], "small soft")]));
  row.state = element("p", "", [], "state small");
  row.notes = element("div", "", [], "notes small soft");
  const choices = () => [choice(row, "leg", ["left", "right", "both"]), choice(row, "eyes", ["open", "closed"]), ground(row)];
  const parts = [title];
  if (!row.problem) parts.push(draw(row), ...choices());
  if (row.table) parts.push(showTable(row));
  row.shown = element("li", "", [...parts, row.state, row.notes], row.problem && !row.table ? "card file bad" : "card file");
}

function show(row) {
  fill(row);
  list.append(row.shown);
  showState(row);
}

function showState(row) {
  row.state.className = "state small";
  if (row.problem || (row.table && row.table.open)) row.state.replaceChildren(...(row.table ? [`${said.columns_wait} `] : []), offList(row));
  else if (row.trial) {
    row.state.classList.add("ok");
    row.state.replaceChildren("✓ ", Object.assign(element("a", row.isNew ? said.look : said.already), { href: `/trials/${row.trial}` }));
    for (const each of row.shown.querySelectorAll("input, select, .guess button")) each.disabled = true;
    for (const each of row.shown.querySelectorAll("details.table")) each.open = false;
    row.notes.replaceChildren(...(row.remarks || []).map((text) => element("p", text)));
  } else if (isReady(row)) {
    row.state.classList.add("ok");
    row.state.replaceChildren(`✓ ${said.ready}`);
  } else ask(row);
  tell();
}

function ask(row) {
  row.state.classList.add("care");
  row.state.replaceChildren(!row.leg ? said.which_leg : !row.eyes ? said.which_eyes : `${said.differ} `);
  if (!row.leg || !row.eyes) return;
  const sure = Object.assign(element("button", said.sure, [], "btn text small"), { type: "button" });
  sure.addEventListener("click", () => { row.sure = true; showState(row); });
  row.state.append(sure);
}

function tell() {
  const open = rows.filter((row) => (!row.problem || row.table) && !row.trial);
  const ready = open.filter(isReady).length;
  const rest = open.length - ready;
  const parts = [ready ? count("headline_ready", ready) : "", rest ? count("headline_word", rest) : ""].filter(Boolean);
  headline.textContent = parts.join(" ") || said.title;
  document.getElementById("from-names").hidden = !open.some((row) => row.told.leg || row.told.eyes);
  [add.hidden, add.disabled] = [!ready, busy];
  add.textContent = ready ? count("add", ready) : "";
  stay.textContent = ready && rest ? count("others_stay", rest) : "";
}

async function post(address, files) {
  const names = files.map((file) => [file.name, file.size, file.lastModified]);
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/octet-stream", "x-files": encodeURIComponent(JSON.stringify(names)) },
    body: new Blob(files),
  });
  if (answer.status === 413) throw new Error(said.too_large);
  const parts = await answer.json();
  if (!Array.isArray(parts)) throw new Error(`${parts.error.what} ${parts.error.do}`);
  return parts;
}

async function look(chosen) {
  const files = [...chosen];
  if (!files.length) return;
  told.textContent = "…";
  try {
    for (const seen of await post("/import/look", files)) {
      const row = { ...seen, ...{ leg: "", eyes: "", surface: "floor", ...seen.told }, kept: seen.files.map((index) => files[index]), sure: false, columns: {}, number: made += 1 };
      rows.push(row);
      show(row);
    }
    told.textContent = "";
  } catch (error) {
    told.textContent = error instanceof TypeError || error instanceof SyntaxError ? said.away : error.message;
  }
  picker.value = "";
  tell();
}

async function whose() {
  if (person.value !== "new") return person.value;
  const answer = await fetch("/people/new", { method: "POST", body: new URLSearchParams({ name: newcomer.value }) });
  const code = answer.ok ? new URL(answer.url).pathname.split("/").pop() : "";
  if (!code) throw new TypeError("nobody");
  person.prepend(Object.assign(element("option", newcomer.value || code), { value: code }));
  person.value = code;
  document.getElementById("newcomer").hidden = true;
  return code;
}

async function keep(row, code) {
  const words = { person: code, leg: row.leg, eyes: row.eyes, surface: row.surface, footwear: footwear.value, part: row.part };
  if (row.surface !== "board") words.placement = placement.value;
  if (row.sure) words.sure = "yes";
  if (Object.keys(row.columns).length) words.columns = JSON.stringify(row.columns);
  const [part] = await post(`/import?${new URLSearchParams(words)}`, row.kept);
  if (part.error) throw new Error(`${part.error.what} ${part.error.do}`);
  [row.trial, row.isNew, row.remarks] = [part.trial, part.new, part.notes];
}

async function send() {
  if (!person.value) {
    told.textContent = said.whose;
    person.focus();
    return;
  }
  busy = true;
  tell();
  let kept = 0;
  const stopped = [];
  try {
    const code = await whose();
    for (const row of rows.filter(isReady)) {
      try {
        await keep(row, code);
        kept += row.isNew ? 1 : 0;
        showState(row);
      } catch (error) {
        if (error instanceof TypeError || error instanceof SyntaxError) throw error;
        stopped.push(`${row.name}: ${error.message}`);
      }
    }
    const link = Object.assign(element("a", person.selectedOptions[0].textContent), { href: `/people/${encodeURIComponent(code)}` });
    told.replaceChildren(...(kept ? [`${count("added", kept)} `, link] : []), ...stopped.map((text) => element("span", ` ${text}`)));
  } catch {
    told.textContent = said.away;
  }
  busy = false;
  tell();
}

person.addEventListener("change", () => { document.getElementById("newcomer").hidden = person.value !== "new"; });
form.addEventListener("submit", (event) => event.preventDefault());
add.addEventListener("click", send);
picker.addEventListener("change", () => look(picker.files));
for (const name of ["dragenter", "dragover"]) addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  look(event.dataTransfer.files);
});
