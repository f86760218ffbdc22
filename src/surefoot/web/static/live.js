"use strict";
// Shows what the phone does, as the computer tells it in whole sentences.
const $ = (id) => document.getElementById(id);
const waiting = $("waiting");

function put(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
}

function show(told) {
  const isTest = Boolean(told.headline);
  $("live").hidden = !isTest;
  $("connect").hidden = isTest;
  waiting.textContent = told.stage === "here" ? waiting.dataset.here : waiting.dataset.waiting;
  if (!isTest) return;
  put("live-from", told.from);
  put("live-headline", told.headline);
  put("live-lead", told.lead || "");
  $("live-ring").hidden = told.left_s === undefined;
  $("live-level").toggleAttribute("hidden", !told.dot);
  if (told.dot) {
    $("live-dot").setAttribute("cx", 24 + 12 * told.dot[0]);
    $("live-dot").setAttribute("cy", 24 + 12 * told.dot[1]);
  }
  if (told.left_s !== undefined) {
    put("live-clock", String(told.left_s));
    $("live-run").setAttribute("stroke-dasharray", `${Math.min(1, told.share)} 1`);
  }
  $("live-results").replaceChildren(...(told.results || []).map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  }));
  $("live-stop").hidden = !told.stop;
  $("live-stop").disabled = Boolean(told.stopping);
  if (told.stop) put("live-stop", told.stop);
  $("live-answer").hidden = !told.person;
  if (told.person) $("live-answer").href = `/people/${encodeURIComponent(told.person)}`;
}

if (waiting) $("live-stop").addEventListener("click", () => fetch("/phone/stop", { method: "POST" }));
if (waiting) new EventSource("/phone/live").addEventListener("message", (event) => show(JSON.parse(event.data)));
