// The phone on the board: rows in numbered parts, one part after the other, until the page is left.
import { askPermission, firstRow, listen, platform } from "./sensors.js";
import { ask, insist } from "./sending.js";
import { word } from "./words.js";

const $ = (id) => document.getElementById(id);
const EVERY_MS = 40;
const MOST_ROWS = 300;
const TEXTS = {
  level: word("hold_level"),
  ready: word("press_start"),
  lead: word("step_on"),
  running: word("is_on"),
  done: word("time"),
};
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function complain(text) {
  $("fault").textContent = text;
  $("fault").hidden = !text;
}

function tell(text) {
  if ($("state").textContent !== text) $("state").textContent = text;
  $("state").hidden = false;
}

async function keepAwake() {
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    complain(word("awake"));
  }
}

async function send(board, rows) {
  for (let number = 0; ; number += 1) {
    while (!rows.length) await sleep(EVERY_MS / 2);
    const begun = performance.now();
    const part = rows.splice(0, MOST_ROWS);
    const answer = await insist(`/api/board/${board}/parts/${number}`, part, (waiting) => {
      if (waiting) tell(word("away"));
    });
    tell(`${word("sending")} ${TEXTS[(await answer.json()).phase]}`);
    await sleep(Math.max(0, EVERY_MS - (performance.now() - begun)));
  }
}

async function begin() {
  const asked = askPermission();
  await asked;
  await firstRow(3000);
  await keepAwake();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") keepAwake();
  });
  $("begin").hidden = true;
  const { board } = await (await ask("/api/board", { platform: platform() })).json();
  const rows = [];
  const deaf = listen((row) => rows.push(row));
  try {
    await send(board, rows);
  } finally {
    deaf();
    $("state").hidden = true;
  }
}

$("begin").addEventListener("click", async () => {
  $("begin").disabled = true;
  complain("");
  try {
    await begin();
  } catch (fault) {
    complain(fault.status === 404 ? word("let_go") : fault.message);
    offer(fault);
  }
});

// A code that is used up opens nothing any more, however often Begin is pressed.
function offer(fault) {
  $("begin").hidden = Boolean(fault && fault.status === 401);
  $("begin").disabled = false;
}

ask("/api/hello").then(() => offer(), (fault) => {
  offer(fault);
  complain(fault.status === 401 ? fault.message : `${word("error.computer_away")} ${word("error.computer_closed")}`);
});
