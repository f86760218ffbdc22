"use strict";
// The list narrows as one types or picks; nothing is asked of the server.
const search = document.getElementById("search");
const nobody = document.getElementById("nobody");
const rows = [...document.querySelectorAll(".people li")];

function narrow() {
  const wanted = search.value.trim().toLowerCase();
  const only = document.querySelector("input[name=only]:checked").value;
  for (const row of rows) {
    const chosen = only === "all" || row.dataset.in.split(" ").includes(only);
    row.hidden = !(chosen && row.dataset.name.includes(wanted));
  }
  nobody.hidden = rows.some((row) => !row.hidden);
}

search.addEventListener("input", narrow);
for (const each of document.querySelectorAll("input[name=only]")) each.addEventListener("change", narrow);
narrow();
