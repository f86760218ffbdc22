// Requests to the computer: with the pass, and again for as long as the network is away.

import { word } from "./words.js";

let token = new URLSearchParams(location.hash.slice(1)).get("pass") || "";
let renew = null;
export const invited = token !== "";
export const carry = (pass) => { token = pass; };
// How to get a new pass when the old one is used up, while this page is open.
export const renewBy = (work) => { renew = work; };
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const AGAIN = [408, 429, 502, 503, 504];
const COLUMNS = ["time_ms", "acc_x", "acc_y", "acc_z", "gyr_x", "gyr_y", "gyr_z"];

export async function ask(path, body) {
  try {
    return await askOnce(path, body);
  } catch (fault) {
    const work = renew;
    if (fault.status !== 401 || !work) throw fault;
    renew = null;
    if (!(await work().catch(() => null))) throw fault;
    return askOnce(path, body);
  }
}

async function askOnce(path, body) {
  const answer = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(typeof body === "function" ? body() : body),
  });
  if (answer.ok) return answer;
  const fault = new Error(await faultText(answer));
  fault.status = answer.status;
  fault.final = !AGAIN.includes(answer.status);
  throw fault;
}

async function faultText(answer) {
  const text = await answer.text();
  try {
    const told = JSON.parse(text);
    if (told.error) return `${told.error.what} ${told.error.do}`;
    return text;
  } catch {
    return text.slice(0, 300) || `The computer answers ${answer.status}.`;
  }
}

// Asks until there is an answer; `waiting` is told true while the computer cannot be reached.
export async function insist(path, body, waiting = () => {}) {
  for (let pause = 500; ; pause = Math.min(pause * 1.5, 4000)) {
    try {
      const answer = await ask(path, body);
      waiting(false);
      return answer;
    } catch (fault) {
      if (fault.final) throw fault;
      waiting(true);
      await sleep(pause);
    }
  }
}

// One take: its rows in numbered parts, kept here until the computer has said that it holds them all.
export class Sending {
  constructor(take, waiting) {
    this.path = `/api/takes/${take}`;
    this.waiting = waiting;
    this.parts = [];
    this.pending = [];
    this.line = Promise.resolve();
  }

  add(row) {
    this.pending.push(row);
    if (this.pending.length >= 60) this.flush();
  }

  flush() {
    if (!this.pending.length) return;
    const number = this.parts.push(this.pending) - 1;
    this.pending = [];
    this.line = this.line.then(() => this.send(number)).catch((fault) => { this.fault = fault; });
  }

  send(number) {
    return insist(`${this.path}/parts/${number}`, this.parts[number], this.waiting);
  }

  // The rows as a file that the dashboard takes, for when the computer could not be reached or refused them.
  file(ending) {
    const rows = this.parts.flat();
    const started = rows.length ? new Date(performance.timeOrigin + rows[0][0]).toISOString() : null;
    const told = { format: "surefoot-phone-page", version: 1, ...ending, browser: navigator.userAgent, started };
    return new Blob([JSON.stringify({ ...told, columns: COLUMNS, rows })], { type: "application/json" });
  }

  async finish(ending) {
    this.flush();
    await this.line;
    if (this.fault) throw this.fault;
    if (!this.parts.length) throw new Error(word("no_rows"));
    // How long ago it ended is told anew each time, as the computer may have been away for hours.
    const last = this.parts.at(-1).at(-1)[0];
    const told = () => ({ ...ending, parts: this.parts.length, ago_s: Math.max(0, performance.now() - last) / 1000 });
    for (;;) {
      try {
        return await (await insist(`${this.path}/finish`, told, this.waiting)).json();
      } catch (fault) {
        if (fault.status !== 409) throw fault;
        for (const number of JSON.parse(fault.message).missing) await this.send(number);
      }
    }
  }
}
