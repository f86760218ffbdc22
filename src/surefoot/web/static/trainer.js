// The board trainer: draws and sounds what the stream tells, and asks for what the buttons say.
import { Tone } from "./tone.js";
import { word } from "./words.js";

const $ = (id) => document.getElementById(id);
const RIM = 100;
const ZONES_TO_RIM = 3;
const TRAIL_MS = 1500;
const ANNOUNCE_S = 10;
const tone = new Tone();
let told = null;
let waiting = false;
let rounds = null;
let announced = 0;
let counted = null;
let trail = [];
let delays = [];

function complain(text) {
  $("fault").textContent = text;
  $("fault").hidden = !text;
}

async function ask(path, body) {
  const answer = await fetch(`/trainer/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.ok || answer.status === 409) return answer;
  const text = await answer.text();
  let fault = text;
  try {
    const { error } = JSON.parse(text);
    fault = `${error.what} ${error.do}`;
  } catch {
    // Not every refusal is in JSON; its text is shown as it is.
  }
  throw new Error(fault);
}

function press(id, work) {
  $(id).addEventListener("click", () => attempt(work));
}

async function attempt(work) {
  complain("");
  try {
    await work();
  } catch (fault) {
    complain(fault instanceof TypeError ? word("no_answer") : fault.message);
  }
}

function phaseText() {
  const texts = {
    off: word("off"),
    level: told.steep ? word("steep") : word("hold_level"),
    ready: word("set"),
    lead: word("step_on"),
    running: told.inside ? word("inside") : word("outside"),
    done: told.keeping ? word("saving") : word("time"),
  };
  return told.silent && told.phase !== "off" ? word("silent") : texts[told.phase];
}

function announcement() {
  if (told.phase === "running") return word("announce", { n: Math.round(told.left_s), share: told.in_zone_pct || 0 });
  if (told.phase === "lead") return word("begins", { n: Math.round(told.left_s) });
  return phaseText();
}

// Before a round the ring is the one that was chosen for it.
function zoneNow() {
  return told.phase === "ready" ? Number($("words").elements.zone_deg.value) : told.zone_deg;
}

const seconds = (value) => `${value.toFixed(1)} s`;

function draw() {
  waiting = false;
  const now = performance.now();
  const zone = zoneNow();
  const scale = RIM / (ZONES_TO_RIM * zone);
  const lean = Math.hypot(told.ap_deg, told.ml_deg);
  const held = Math.min(1, RIM / (lean * scale || 1));
  const x = told.ml_deg * scale * held;
  const y = -told.ap_deg * scale * held;
  $("dot").setAttribute("cx", x.toFixed(1));
  $("dot").setAttribute("cy", y.toFixed(1));
  trail = [...trail.filter((point) => now - point[0] < TRAIL_MS), [now, x, y]];
  $("trail").setAttribute("points", trail.map((point) => `${point[1].toFixed(1)},${point[2].toFixed(1)}`).join(" "));
  $("zone").setAttribute("r", (RIM / ZONES_TO_RIM).toFixed(1));
  $("zone-text").textContent = `${zone}°`;
  $("rim-text").textContent = `${ZONES_TO_RIM * zone}°`;
  const blank = ["off", "level"].includes(told.phase);
  $("target").classList.toggle("outside", lean > zone);
  $("target").classList.toggle("off", blank);
  $("phase").textContent = phaseText();
  $("clock").textContent = ["lead", "running"].includes(told.phase) ? `${Math.ceil(told.left_s)}` : "–";
  $("share").textContent = told.in_zone_pct === null ? "–" : `${told.in_zone_pct} %`;
  $("run").textContent = told.elapsed_s ? seconds(told.run_s) : "–";
  $("best").textContent = told.elapsed_s ? seconds(told.best_s) : "–";
  if (told.heard_ms && !told.silent) delays = [...delays.slice(-59), performance.timeOrigin + now - told.heard_ms];
}

function showControls() {
  const going = ["lead", "running"].includes(told.phase);
  // In a round target, seconds and score fill the screen: they are read from two metres away.
  document.body.classList.toggle("round", going);
  $("start").disabled = !["ready", "done"].includes(told.phase) || told.keeping;
  $("stop").disabled = !going;
  $("level").disabled = !["ready", "done"].includes(told.phase);
  $("connect").disabled = false;
  $("connect").textContent = told.sensor ? word("disconnect") : word("connect");
  $("sensor").disabled = Boolean(told.sensor);
  if (told.sensor) $("sensor").value = told.sensor;
  if ($("said").textContent !== told.said) $("said").textContent = told.said;
}

function cue(before) {
  if (told.phase === "lead" || told.phase === "running") {
    const left = Math.ceil(told.left_s);
    if (told.phase === "lead" && left !== counted && left <= 3 && left > 0) tone.beep(440, 0.12);
    counted = left;
  }
  if (before && before.phase !== told.phase) {
    if (told.phase === "running") tone.beep(880, 0.25);
    if (told.phase === "done") tone.beep(520, 0.7);
  }
}

function announce(before) {
  const changed = !before || before.phase !== told.phase || before.steep !== told.steep || before.silent !== told.silent;
  const due = told.phase === "running" && told.elapsed_s - announced >= ANNOUNCE_S;
  if (!changed && !due) return;
  announced = told.phase === "running" && !changed ? told.elapsed_s : 0;
  $("announce").textContent = announcement();
}

function sound() {
  if (["ready", "lead", "running"].includes(told.phase) && !told.silent) tone.follow(told.ap_deg, told.ml_deg, zoneNow());
  else tone.hush();
}

function hear(event) {
  const before = told;
  told = JSON.parse(event.data);
  sound();
  cue(before);
  announce(before);
  showControls();
  if (told.fault && !(before && before.fault)) complain(`${told.fault.what} ${told.fault.do}`);
  if (rounds !== null && told.rounds !== rounds) showResult();
  rounds = told.rounds;
  if (!waiting) requestAnimationFrame(draw);
  waiting = true;
}

function element(name, text, children = []) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function table(result) {
  const rows = result.rows.map(([name, value]) => {
    const head = element("th", name);
    head.scope = "row";
    return element("tr", "", [head, element("td", value)]);
  });
  return element("table", "", [element("caption", word("whole_round")), element("tbody", "", rows)]);
}

function trialLink(trial) {
  const link = element("a", word("look"));
  link.href = `/trials/${trial}`;
  return element("p", "", [link]);
}

async function showResult() {
  const result = await (await ask("result")).json();
  if (!result) return;
  const parts = [table(result)];
  if (result.trial) parts.push(trialLink(result.trial), ...result.analysis.issues.map(([, text]) => element("p", text)));
  if (result.error) parts.push(element("p", `${word("not_kept")} ${result.error.what} ${result.error.do}`));
  if (result.not_logged) parts.push(element("p", `${word("not_noted")} ${result.not_logged.what} ${result.not_logged.do}`));
  if (result.logged) parts.push(element("p", word("noted")));
  $("outcome").replaceChildren(...parts);
  $("result").hidden = false;
  $("result-title").focus();
}

$("sensor-form").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    if (told && told.sensor) await ask("leave", {});
    else await ask("connect", { sensor: $("sensor").value });
  });
});
press("start", async () => {
  if (!$("words").reportValidity()) return;
  const words = Object.fromEntries(new FormData($("words")));
  for (const name of ["zone_deg", "length_s", "lead_s"]) words[name] = Number(words[name]);
  $("result").hidden = true;
  await ask("start", words);
});
press("stop", () => ask("stop", {}));
press("level", () => ask("level", {}));
press("sound", () => {
  if (tone.on) tone.switchOff();
  else tone.switchOn();
  $("sound").setAttribute("aria-pressed", String(tone.on));
});
$("volume").addEventListener("input", () => { tone.volume = $("volume").value / 100; });
$("words").addEventListener("submit", (event) => event.preventDefault());
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && told && ["lead", "running"].includes(told.phase)) attempt(() => ask("stop", {}));
});
setInterval(() => {
  if (!delays.length) return;
  const middle = [...delays].sort((one, other) => one - other)[Math.floor(delays.length / 2)];
  $("delay").textContent = `${Math.max(0, middle).toFixed(0)} ms`;
}, 1000);

const stream = new EventSource("/trainer/stream");
stream.addEventListener("message", hear);
stream.addEventListener("open", () => complain(""));
stream.addEventListener("full", () => {
  stream.close();
  complain(word("too_many"));
});
stream.addEventListener("error", () => {
  tone.hush();
  complain(word("no_answer"));
});
