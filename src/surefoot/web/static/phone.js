import { askPermission, collect, describe, firstRow, listen, platform } from "./sensors.js";
import { card, element, fileLink, pairs, showHeld, showTrends } from "./results.js";
import { comeIn, forgetMe } from "./known.js";
import { ask } from "./sending.js";
import { tellLive } from "./telling.js";
import { Test } from "./test.js";
import * as voice from "./voice.js";
import { word } from "./words.js";

const $ = (id) => document.getElementById(id);
const STEPS = ["welcome", "start", "setup", "run", "results"];
const HOLD_TO_STOP = 1500;
const STANCES = {
  one: {},
  both: { legs: "both" },
  tandem: { test: "tandem" },
  board: { legs: "both", placement: "board", surface: "board" },
};
let lock = null;
let session = null;
let test = null;
let running = false;
let report = "";

function show(step) {
  for (const name of STEPS) $(name).hidden = name !== step;
  document.body.classList.toggle("running", step === "run");
  if (step !== "run") delete document.body.dataset.stage;
  $("fault").hidden = true;
  scrollTo(0, 0);
  $(step === "run" ? "headline" : `${step}-title`).focus();
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

// What the sensors are worth stands behind one line; who wants it opens it.
async function check() {
  const awake = await keepAwake();
  const found = describe(await collect(1500));
  const speaks = await voice.canSpeak();
  sleepAgain();
  const lines = [
    [word("rate"), found.rate < 40 ? word("rate_low", { n: found.rate.toFixed(0) }) : found.rate.toFixed(0)],
    [word("gap"), found.gap > 100 ? word("gap_long", { n: found.gap.toFixed(0) }) : `${found.gap.toFixed(0)} ms`],
    [word("acceleration"), word(found.coarse ? "coarse" : "unrounded")],
    [word("gyroscope"), word(found.gyroscope ? "yes" : "none")],
    [word("awake"), word(awake ? "yes" : "not_awake")],
    [word("voice"), word(speaks ? "yes" : "no_voice_row")],
  ];
  $("found").replaceChildren(...pairs(lines));
  $("ready-line").textContent = word(speaks ? "ready_sound" : "ready_phone");
  $("ready-line").hidden = false;
  $("heard").textContent = `${word(speaks ? "said_hello" : "no_voice")} `;
  $("nothing-heard").hidden = false;
  report = [...lines.map((line) => line.join(": ")), `Browser: ${navigator.userAgent}`].join("\n");
}

guarded($("begin"), async () => {
  const asked = askPermission();
  voice.unlock();
  voice.sound("soft");
  await asked;
  await ask("/api/hello");
  await firstRow(3000);
  voice.say(word("hello"));
  await Promise.all([check(), announce()]);
});
guarded($("nothing-heard"), async () => {
  $("heard").textContent = `${word("louder")} `;
  voice.sound("beep");
  voice.say(word("hello"));
});
guarded($("copy"), async () => {
  try {
    await navigator.clipboard.writeText(report);
    $("copy").textContent = word("copied");
  } catch {
    throw new Error(word("no_copy"));
  }
});

// The conditions as the form tells them; the leg that begins changes from test to test.
function chosen() {
  const words = Object.fromEntries(new FormData($("words")));
  const told = { ...words, ...STANCES[words.stance], repeats: Number(words.repeats), practice: words.practice === "on" };
  if (["both", "left", "right", "each"].includes(told.legs) && words.stance !== "one" && told.legs !== "both") told.legs = "each";
  return { ...told, first: recalled().first === "left" ? "right" : "left" };
}

function greet(day, name) {
  if (day === null) return name ? word("start.first", { name }) : word("ready");
  if (!day) return word("same_last");
  return name ? word("start.same", { day, name }) : word("same_day", { day });
}

async function announce() {
  const words = Object.fromEntries(new FormData($("words")));
  voice.letSpeak(words.speak === "on");
  try {
    session = await (await ask("/api/sessions", { ...chosen(), platform: platform() })).json();
  } catch (fault) {
    // What the computer asks about is answered in the form.
    show("setup");
    throw fault;
  }
  voice.speakIn(session.language);
  const last = await ask("/api/last").then((answer) => answer.json()).catch(() => ({}));
  const then = recalled().when || last.when;
  $("start-title").textContent = greet(then ? weekdayOf(new Date(then)) : null, last.name);
  $("order").textContent = word("each_s", { order: orderOf(session.takes), n: session.hold_s });
  $("how").textContent = session.how;
  $("safety").textContent = session.words.safety;
  for (const pose of document.querySelectorAll("#start [data-shows]")) {
    pose.toggleAttribute("hidden", pose.dataset.shows !== session.takes[0].screen.pose);
  }
  show("start");
}

// Its weekday within a week; nothing for a day longer ago.
function weekdayOf(when) {
  const days = (Date.now() - when) / 86400000;
  return days < 6.5 ? when.toLocaleDateString(document.documentElement.lang, { weekday: "long" }) : "";
}

// The attempts in their order, as one sentence has them.
function orderOf(takes) {
  const told = takes.map(({ screen, practice }) => (practice ? word("practice_mark", { order: screen.order }) : screen.order));
  return told.reduce((first, more) => word("then", { first, more: more[0].toLowerCase() + more.slice(1) }));
}

guarded($("change"), async () => show("setup"));
guarded($("plan"), async () => {
  if (!$("words").reportValidity()) return;
  await announce();
});

// The last answers are offered again; they stay on this phone.
function recalled() {
  try {
    return JSON.parse(localStorage.getItem("words") || "{}") || {};
  } catch {
    return {};
  }
}

function remember(more) {
  try {
    const words = Object.fromEntries(new FormData($("words")));
    localStorage.setItem("words", JSON.stringify({ ...words, when: recalled().when, first: recalled().first, ...more }));
  } catch {
    // A private window may keep nothing; then the form starts afresh.
  }
}

function recall() {
  const words = recalled();
  if (!words.stance) return;
  for (const field of $("words").elements) {
    if (field.type === "radio") field.checked = words[field.name] === field.value;
    else if (field.type === "checkbox") field.checked = words[field.name] === "on";
    else if (field.name) field.value = words[field.name] || field.value;
  }
  // A word that is no choice any more leaves its row empty; the first one is taken then.
  for (const row of $("words").querySelectorAll(".choices")) {
    if (!row.querySelector("input:checked")) row.querySelector("input").checked = true;
  }
}

function tellWaiting(waiting) {
  $("network").hidden = !waiting;
  $("away").hidden = !waiting;
}

async function run() {
  await keepAwake();
  running = true;
  remember({});
  // The button that leads back leaves the test where it is.
  history.pushState({}, "");
  test = new Test(session, chosen().placement, tellWaiting);
  const deaf = listen((row) => test.keep(row));
  const seen = () => {
    if (document.visibilityState === "hidden") test.hide();
    else keepAwake();
  };
  document.addEventListener("visibilitychange", seen);
  show("run");
  const quiet = tellLive(test);
  await test.run();
  quiet();
  deaf();
  document.removeEventListener("visibilitychange", seen);
  sleepAgain();
  await tellResults();
}

async function tellResults() {
  show("results");
  $("saving").hidden = false;
  $("results-title").textContent = word("today");
  for (const place of ["cards", "trends", "bars"]) $(place).replaceChildren();
  $("files").replaceChildren(...test.files().map(([file, title]) => fileLink(file, word("save_one", { name: title }))));
  if (!$("away").hidden) voice.say(session.words.not_saved_yet);
  const results = await Promise.all(test.results);
  running = false;
  $("saving").hidden = true;
  $("away").hidden = true;
  const kept = results.filter((result) => result.trial);
  $("saved").hidden = !kept.length;
  const said = results.map((result) => result.said).filter(Boolean);
  if (kept.length) voice.say([session.words.saved, ...said].join(" "));
  showHeld(results.filter((result) => !result.practice), session.hold_s, $("results-title"), $("bars"));
  $("cards").replaceChildren(...(results.length ? results.map(card) : [element("p", word("nothing"))]));
  $("numbers").open = results.some((result) => !result.trial);
  if (kept.length) remember({ when: new Date().toISOString(), first: chosen().first });
  await showTrends(kept.filter((result) => !result.practice && result.has_trend), $("trends"));
}

guarded($("start-test"), run);
addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });
addEventListener("popstate", () => { if (running) history.pushState({}, ""); });
$("again-now").addEventListener("click", () => test.player.go(performance.now() / 1000));
$("ready-now").addEventListener("click", () => test.player.go(performance.now() / 1000));
$("keep").addEventListener("click", () => test.player.off(performance.now() / 1000));

// A strap can touch the screen: only a long press stops the test.
function holdToStop(button) {
  let timer = null;
  const down = (event) => {
    if (event.type === "keydown" && (event.repeat || ![" ", "Enter"].includes(event.key))) return;
    event.preventDefault();
    clearTimeout(timer);
    button.classList.add("pressed");
    timer = setTimeout(() => { button.classList.remove("pressed"); test.stop(); }, HOLD_TO_STOP);
  };
  const up = () => { clearTimeout(timer); button.classList.remove("pressed"); };
  for (const name of ["pointerdown", "keydown"]) button.addEventListener(name, down);
  for (const name of ["pointerup", "pointercancel", "pointerleave", "keyup", "blur"]) button.addEventListener(name, up);
}
holdToStop($("stop"));
addEventListener("contextmenu", (event) => { if (running) event.preventDefault(); });

// The same test once more, in one tap.
guarded($("again"), async () => {
  await announce();
  await run();
});
guarded($("finish"), async () => announce());

guarded($("forget-me"), async () => {
  $("known").textContent = await forgetMe();
  $("forget-me").hidden = true;
});

// The line that says that the computer knows this phone, with the way to be forgotten.
function tellKnown(told) {
  $("known-line").hidden = !told;
  if (!told) return;
  $("known").textContent = told.said;
  $("forget-me").textContent = told.forget;
}

recall();
comeIn().then((told) => { $("begin").disabled = false; tellKnown(told); }, (fault) => {
  // A code that is used up opens nothing any more, however often Begin is pressed.
  $("begin").hidden = fault.status === 401;
  $("begin").disabled = false;
  $("fault").textContent = fault.status === 401 ? word(fault.wasKnown ? "error.forgotten" : "error.old_link") : `${word("error.computer_away")} ${word("error.computer_closed")}`;
  $("fault").hidden = false;
});
