"use strict";
// Files are dropped or chosen; all of them go in one request, with the conditions of the form.
const form = document.getElementById("import");
const drop = document.getElementById("drop");
const files = document.getElementById("files");
const told = document.getElementById("imported");

function element(name, text, children = []) {
  const made = document.createElement(name);
  if (text) made.append(...coded(text));
  made.append(...children);
  return made;
}

// What stands between backticks is typed in a terminal.
function coded(text) {
  return text.split("`").map((part, number) => {
    if (number % 2 === 0) return part;
    const made = document.createElement("code");
    made.textContent = part;
    return made;
  });
}

function explain(error) {
  const parts = [["Found", error.found], ["Expected", error.expected], ["What to do", error.do]];
  return element("dl", "", parts.flatMap(([name, text]) => [element("dt", name), element("dd", text)]));
}

function lineOf(part) {
  if (part.error) return element("li", "", [element("strong", `${part.name}: `), part.error.what, explain(part.error)]);
  const link = element("a", part.title);
  link.href = `/trials/${part.trial}`;
  const rest = part.new ? `, ${part.value}` : ", already in the diary";
  return element("li", "", [element("strong", `${part.name}: `), link, rest, ...part.issues.map((text) => element("p", `▲ ${text}`)), ...(part.left_out ? [element("p", part.left_out)] : [])]);
}

function leadOn(parts, person) {
  if (!parts.some((part) => part.trial)) return [];
  document.getElementById("nobody")?.remove();
  const link = element("a", `See everything of ${person}`);
  link.href = `/people/${encodeURIComponent(person)}`;
  return [element("p", "", [link])];
}

// Who says that the phone lies on the board need not say a second time that there is one.
form.elements.placement.addEventListener("change", ({ target }) => {
  if (target.value === "board") form.elements.surface.value = "board";
});

async function send(chosen) {
  if (!chosen.length || !form.reportValidity()) return;
  const list = [...chosen].map((file) => [file.name, file.size, file.lastModified]);
  const words = new URLSearchParams(new FormData(form));
  told.replaceChildren(element("p", `Reading ${list.length === 1 ? list[0][0] : `${list.length} files`} …`));
  try {
    const answer = await fetch(`/import?${words}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream", "x-files": encodeURIComponent(JSON.stringify(list)) },
      body: new Blob([...chosen]),
    });
    const text = await answer.text();
    const parts = answer.headers.get("content-type").startsWith("application/json") ? JSON.parse(text) : null;
    if (Array.isArray(parts)) told.replaceChildren(element("ul", "", parts.map(lineOf)), ...leadOn(parts, form.elements.person.value));
    else told.replaceChildren(element("ul", "", [parts ? lineOf({ name: "Not added", error: parts.error }) : element("li", text)]));
  } catch {
    told.replaceChildren(element("p", "Surefoot does not answer. Is `surefoot web` still running?"));
  }
  files.value = "";
}

files.addEventListener("change", () => send(files.files));
form.addEventListener("submit", (event) => event.preventDefault());
for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
}
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  send(event.dataTransfer.files);
});
// A file dropped beside the field would open in the browser instead.
for (const name of ["dragover", "drop"]) addEventListener(name, (event) => event.preventDefault());
