import { askPermission, collect, describe, firstRow, listen, platform } from "./sensors.js";
import { card, element, fileLink, pairs, showTrends } from "./results.js";
import { ask, Sending } from "./sending.js";
import * as voice from "./voice.js";

const $ = (id) => document.getElementById(id);
const STEPS = ["welcome", "check", "setup", "ready", "run", "results"];
const HOLD_TO_STOP = 1500;
let lock = null;
let session = null;
let running = false;

function show(step) {
  for (const name of STEPS) $(name).hidden = name !== step;
  document.body.classList.toggle("running", step === "run");
  $("fault").hidden = true;
  scrollTo(0, 0);
  $(`${step}-title`).focus();
}

// A handler whose failure is shown to the person.
function guarded(button, work) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await work();
    } catch (fault) {
      $("fault").textContent = fault.message || String(fault);
      $("fault").hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

async function keepAwake() {
  try {
    lock = await navigator.wakeLock.request("screen");
    return true;
  } catch {
    return false;
  }
}

function sleepAgain() {
  if (lock) lock.release();
  lock = null;
}

async function check() {
  $("found").replaceChildren(element("dt", "Measuring …"), element("dd", "Hold the phone still for 3 seconds."));
  const awake = await keepAwake();
  const found = describe(await collect(3000));
  const axis = found.mean.map(Math.abs).indexOf(Math.max(...found.mean.map(Math.abs)));
  const lines = [
    ["Samples a second", `${found.rate.toFixed(0)}${found.rate < 40 ? " (low: path and frequency will be left out)" : ""}`],
    ["Largest gap", `${found.gap.toFixed(0)} ms${found.gap > 100 ? " (long: close other apps)" : ""}`],
    ["Acceleration", found.coarse ? "rounded to 0.1 m/s² by this browser: quiet sway is measured by the gyroscope instead" : "fine"],
    ["Gyroscope", found.gyroscope ? "yes" : "none"],
    ["Gravity", `${found.gravity.toFixed(1)} m/s², along the phone's ${["width", "length", "depth"][axis]}`],
    ["Screen stays on", awake ? "yes" : "refused: switch the screen's time-out off yourself"],
    ["Voice", voice.canSpeak() ? "yes" : "none: beeps only"],
  ];
  sleepAgain();
  $("found").replaceChildren(...pairs(lines));
  session = null;
  report = [...lines.map((line) => line.join(": ")), `Browser: ${navigator.userAgent}`].join("\n");
}
let report = "";

guarded($("begin"), async () => {
  const asked = askPermission();
  voice.unlock();
  voice.beep();
  await asked;
  await ask("/api/hello");
  await firstRow(3000);
  show("check");
  await check();
});
guarded($("check-again"), check);
guarded($("sound"), async () => {
  voice.beep();
  voice.say("This is how you will hear me.");
});
guarded($("copy"), async () => {
  try {
    await navigator.clipboard.writeText(report);
    $("copy").textContent = "Copied";
  } catch {
    throw new Error("This browser does not let the page copy. Mark the text and copy it by hand.");
  }
});
guarded($("to-setup"), async () => show("setup"));

guarded($("plan"), async () => {
  if (!$("words").reportValidity()) return;
  const words = Object.fromEntries(new FormData($("words")));
  remember(words);
  voice.letSpeak(words.speak === "on");
  session = await (await ask("/api/sessions", {
    ...words,
    repeats: Number(words.repeats),
    lead_s: Number(words.lead_s),
    practice: words.practice === "on",
  })).json();
  $("task").textContent = session.task;
  $("stop-when").textContent = session.stop;
  $("safety").textContent = session.safety;
  $("order").replaceChildren(...session.takes.map((take) => element("li", take.title)));
  show("ready");
});
// The last answers are offered again; they stay on this phone.
function remember(words) {
  try {
    localStorage.setItem("words", JSON.stringify(words));
  } catch {
    // A private window may keep nothing; then the form starts afresh.
  }
}

function recall() {
  try {
    const words = JSON.parse(localStorage.getItem("words") || "null");
    if (!words) return;
    for (const field of $("words").elements) {
      if (field.type === "radio") field.checked = words[field.name] === field.value;
      else if (field.type === "checkbox") field.checked = words[field.name] === "on";
      else if (field.name) field.value = words[field.name] || field.value;
    }
    // A word that is no choice any more leaves its row empty; the first one is taken then.
    for (const row of $("words").querySelectorAll(".choices")) {
      if (!row.querySelector("input:checked")) row.querySelector("input").checked = true;
    }
  } catch {
    $("words").reset();
  }
}

guarded($("back"), async () => show("setup"));

function sound(cue) {
  if (cue.kind === "beep") voice.beep();
  else if (cue.kind === "end") voice.beep(520, 900);
  else {
    $("cue").textContent = cue.text;
    if (cue.kind === "say") voice.say(cue.text);
  }
}

function showClock(seconds) {
  const phase = session.takes.find((take) => seconds < take.hold_s[1]);
  if (!phase) return;
  const holding = seconds >= phase.hold_s[0];
  const end = holding ? phase.hold_s[1] : phase.start_s;
  $("clock").textContent = seconds >= phase.start_s && !holding ? "·" : Math.max(0, Math.ceil(end - seconds));
  $("clock").classList.toggle("holding", holding);
  $("which").textContent = phase.title;
}

class Run {
  constructor() {
    this.zero = performance.now();
    this.cues = [...session.cues];
    this.takes = session.takes.map((take) => ({ ...take, sending: new Sending(take.take, tellWaiting), hidden: false }));
    this.results = [];
  }

  at(time) {
    return (time - this.zero) / 1000;
  }

  takeAt(seconds) {
    return this.takes.find((take) => !take.done && seconds >= take.start_s && seconds < take.end_s);
  }

  keep(row) {
    const take = this.takeAt(this.at(row[0]));
    if (take) take.sending.add(row);
  }

  close(take, stopped = null) {
    take.done = true;
    const lasted = Math.min(this.at(performance.now()), take.end_s) - take.start_s;
    const ending = { hidden: take.hidden, stopped_s: stopped, lasted_s: lasted, platform: platform() };
    take.ending = ending;
    const result = take.sending.finish(ending).catch((fault) => ({ title: take.title, practice: take.practice, fault: fault.message }));
    result.then(() => { take.ending = null; });
    this.results.push(result.then((told) => ({ ...told, take: take.take, file: take.sending.file(ending) })));
  }

  tick() {
    const seconds = this.at(performance.now());
    while (this.cues.length && this.cues[0].at_s <= seconds) sound(this.cues.shift());
    showClock(seconds);
    // The last samples are delivered a moment after they were measured.
    for (const take of this.takes) if (!take.done && seconds > take.end_s + 0.2) this.close(take);
    return this.takes.every((take) => take.done) && !this.cues.length;
  }

  stop() {
    const seconds = this.at(performance.now());
    const take = this.takeAt(seconds);
    // Who stops after the time was over has held it all.
    if (take) this.close(take, seconds < take.hold_s[1] ? Math.max(0, seconds - take.hold_s[0]) : null);
    voice.beep(520, 900);
    voice.say("Stopped.");
  }

  // A file of each take that the computer has not answered for.
  files() {
    const open = this.takes.filter((take) => take.ending && take.sending.parts.length);
    return open.map((take) => fileLink(take.sending.file(take.ending), `Save on this phone: ${take.title}`));
  }

  hide() {
    const take = this.takeAt(this.at(performance.now()));
    if (take) take.hidden = true;
  }
}

function tellWaiting(waiting) {
  $("network").hidden = !waiting;
  $("away").hidden = !waiting;
}

async function run() {
  await keepAwake();
  running = true;
  const test = new Run();
  const deaf = listen((row) => test.keep(row));
  const seen = () => {
    if (document.visibilityState === "hidden") test.hide();
    else keepAwake();
  };
  document.addEventListener("visibilitychange", seen);
  show("run");
  await new Promise((done) => {
    const timer = setInterval(() => {
      if (test.tick()) { clearInterval(timer); done(); }
    }, 50);
    stopped = () => { clearInterval(timer); test.stop(); done(); };
  });
  deaf();
  document.removeEventListener("visibilitychange", seen);
  sleepAgain();
  show("results");
  $("saving").hidden = false;
  $("cards").replaceChildren();
  $("trends").replaceChildren();
  $("files").replaceChildren(...test.files());
  const results = await Promise.all(test.results);
  running = false;
  $("saving").hidden = true;
  $("away").hidden = true;
  $("cards").replaceChildren(...(results.length ? results.map(card) : [element("p", "Stopped before a trial began; nothing was recorded.")]));
  await showTrends(results.filter((result) => result.trial && !result.practice), $("trends"));
}
let stopped = () => {};
guarded($("start"), run);
addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });

// A strap can touch the screen: only a long press stops the test.
function holdToStop(button) {
  let timer = null;
  const down = (event) => {
    if (event.type === "keydown" && (event.repeat || ![" ", "Enter"].includes(event.key))) return;
    event.preventDefault();
    clearTimeout(timer);
    button.classList.add("pressed");
    timer = setTimeout(() => { button.classList.remove("pressed"); stopped(); }, HOLD_TO_STOP);
  };
  const up = () => { clearTimeout(timer); button.classList.remove("pressed"); };
  for (const name of ["pointerdown", "keydown"]) button.addEventListener(name, down);
  for (const name of ["pointerup", "pointercancel", "pointerleave", "keyup", "blur"]) button.addEventListener(name, up);
}
holdToStop($("stop"));
addEventListener("contextmenu", (event) => { if (running) event.preventDefault(); });

guarded($("again"), async () => show("setup"));

recall();
ask("/api/hello").then(() => { $("begin").disabled = false; }, (fault) => {
  // A code that is used up opens nothing any more, however often Begin is pressed.
  $("begin").hidden = fault.status === 401;
  $("begin").disabled = false;
  $("fault").textContent = fault.status === 401 ? fault.message : "The computer cannot be reached. Is `surefoot web --lan` still running, and is the phone on the same network?";
  $("fault").hidden = false;
});
