// One guided session on the phone: the player, the screen that it paints, and the rows of each take.
import { Motion } from "./motion.js";
import { Player } from "./player.js";
import { Sending } from "./sending.js";
import { platform } from "./sensors.js";
import * as voice from "./voice.js";
import { word } from "./words.js";

const $ = (id) => document.getElementById(id);
const TICK_MS = 25;
const REMIND_S = 6;
const LEAD = ["task", "ready", "countdown"];
const seconds = () => performance.now() / 1000;

function put(id, text) {
  if ($(id).textContent !== text) $(id).textContent = text;
  $(id).hidden = !text;
}

export class Test {
  constructor(session, placement, tellWaiting) {
    this.session = session;
    this.tellWaiting = tellWaiting;
    this.motion = new Motion(placement, platform());
    this.takes = [];
    this.results = [];
    this.reminded = 0;
    this.player = new Player(session, {
      now: seconds,
      say: (text) => voice.say(text),
      sound: (kind) => voice.sound(kind),
      show: (scene) => this.show(scene),
      settle: (scene, at) => this.settle(scene, at),
      over: (scene, at, ending) => this.over(scene, at, ending),
      done: () => this.finished(),
    });
  }

  // Settles once the last words are said and the last take is closed.
  run() {
    this.reminded = seconds();
    const whole = new Promise((done) => { this.finished = done; });
    this.player.start(seconds());
    this.timer = setInterval(() => this.tick(), TICK_MS);
    return whole.then(() => this.closeAll()).finally(() => clearInterval(this.timer));
  }

  keep(row) {
    this.motion.add(row);
    const at = row[0] / 1000;
    for (const take of this.takes) {
      if (!take.done && at >= take.start && at < take.end + this.session.tail_s) take.sending.add(row);
    }
  }

  settle(scene, start) {
    const name = scene.retry ? scene.course.spare : scene.course.take;
    const { title, practice } = scene.course;
    const sending = new Sending(name, this.tellWaiting);
    const { order } = scene.course.screen;
    this.takes.push({ name, title, practice, order, sending, start, end: Infinity, hidden: false, stopped: null, ending: "" });
  }

  over(scene, at, ending) {
    const take = this.takes.at(-1);
    Object.assign(take, { end: at, ending, held: this.player.held(at) });
    if (ending === "stopped") take.stopped = take.held;
    if (ending === "off") take.done = true;
    if (ending === "stopped") this.close(take);
  }

  close(take) {
    take.done = true;
    const lasted = Math.min(seconds(), take.end + this.session.tail_s) - take.start;
    const marks = this.player.marks.filter(([at]) => at >= take.start && at <= take.end + this.session.tail_s);
    const ending = {
      hidden: take.hidden,
      stopped_s: take.stopped,
      lasted_s: lasted,
      platform: platform(),
      touched_s: take.ending === "touchdown" ? take.held : null,
      marks: marks.map(([at, kind, text]) => [at - take.start, text || kind]),
    };
    take.told = ending;
    const { name, title, practice, order } = take;
    const result = take.sending.finish(ending).catch((fault) => ({ title, practice, fault: fault.message }));
    result.then(() => { take.told = null; });
    this.results.push(result.then((told) => ({ ...told, take: name, order, held: told.held_s ?? take.held, file: take.sending.file(ending) })));
  }

  async closeAll() {
    const open = () => this.takes.filter((take) => !take.done);
    // The last samples are delivered a moment after they were measured.
    while (open().some((take) => seconds() < take.end + this.session.tail_s + 0.2)) {
      await new Promise((done) => setTimeout(done, TICK_MS));
    }
    for (const take of open()) this.close(take);
  }

  tick() {
    const now = seconds();
    const { player } = this;
    if (!player.scene) return;
    this.watch(now);
    player.tick(now);
    for (const take of this.takes) if (!take.done && now > take.end + this.session.tail_s + 0.2) this.close(take);
    if (player.scene) this.paint(now);
  }

  // Tells the player what the sensors say: not tight yet, a foot that came down, somebody who walked off.
  watch(now) {
    const { scene } = this.player;
    const { phase } = scene.step;
    if (phase === "still") this.tighten(now);
    else if (phase === "hold" && scene.course.leg !== "both" && this.motion.touched()) this.player.touchdown(now);
    else if (scene.retry && this.gaveUp(phase, now - this.player.since)) this.player.off(now);
  }

  gaveUp(phase, lasted) {
    if (phase === "hold") return lasted < 0.1 && this.motion.neverMoved(1000 * this.takes.at(-1).start);
    return [...LEAD, "rest"].includes(phase) && lasted > 3 && this.motion.walks();
  }

  tighten(now) {
    const fault = this.motion.fault();
    const { words } = this.session;
    this.isTight = !fault;
    put("advice", fault ? words[`tighten_${fault}`] : words.steady);
    if (!fault) return;
    this.player.moved(now);
    if (this.player.quiet > now || now - Math.max(this.reminded, this.player.quiet) < REMIND_S) return;
    this.reminded = now;
    this.player.say(words[`tighten_${fault}`]);
  }

  stop() {
    const now = seconds();
    const { scene } = this.player;
    if (scene && ["settle", "hold"].includes(scene.step.phase)) this.over(scene, now, "stopped");
    // Who stops after the time was over has held it all.
    for (const take of this.takes) if (!take.done) this.close(take);
    this.player.scene = null;
    voice.sound("end");
    voice.say(scene && scene.course ? scene.course.stopped : "");
    this.finished();
  }

  hide() {
    for (const take of this.takes) if (!take.done) take.hidden = true;
  }

  // A file of each take that the computer has not answered for.
  files() {
    return this.takes.filter((take) => take.told && take.sending.parts.length)
      .map((take) => [take.sending.file(take.told), take.title]);
  }

  show(scene) {
    const { phase } = scene.step;
    const touched = scene.held !== undefined && phase === "rest" && scene.retry;
    const stage = touched ? "touch" : { still: "strap", place: "tight", settle: "hold" }[phase]
      || (LEAD.includes(phase) ? "lead" : phase);
    document.body.dataset.stage = stage;
    this.stage = stage;
    const { words } = this.session;
    const next = phase === "rest" && !scene.retry ? this.player.line.find((each) => each.course) : scene;
    const screen = next && next.course && stage !== "done" ? next.course.screen : {};
    put("which", { strap: word("step"), tight: word("step"), rest: word("rest"), done: "" }[stage] ?? screen.order ?? "");
    put("headline", {
      strap: words.strap, tight: words.tight, lead: screen.lead, hold: screen.hold,
      rest: words.headline, touch: words.again, done: words.last,
    }[stage] || "");
    put("posture", {
      strap: words.strap_how, tight: words.listen, lead: screen.posture, hold: "", rest: screen.then,
      touch: `${word("touched", { n: Math.floor(scene.held) })} ${words.counts}`,
    }[stage] || "");
    for (const pose of document.querySelectorAll("[data-pose]")) {
      pose.toggleAttribute("hidden", pose.dataset.pose !== (stage === "strap" || stage === "tight" ? "strap" : screen.pose));
    }
    $("ringbox").hidden = ["strap", "tight", "touch", "done"].includes(stage);
    $("seconds-held").textContent = stage === "touch" ? Math.floor(scene.held) : "";
    $("held").hidden = stage !== "touch";
    $("status").hidden = !["strap", "tight"].includes(stage);
    $("again-now").hidden = $("keep").hidden = stage !== "touch";
    $("ready-now").hidden = stage !== "rest";
  }

  paint(now) {
    const { player, stage } = this;
    const { phase } = player.scene.step;
    const left = Math.ceil(player.clock(now) - 1e-6);
    $("clock").textContent = left;
    $("clock").classList.toggle("holding", phase === "hold");
    const [one, many] = stage === "hold" ? [word("second_left"), word("seconds_left")] : [word("second"), word("seconds")];
    $("unit").textContent = left === 1 ? one : many;
    const whole = { hold: this.session.hold_s, rest: player.lead + player.scene.step.length_s }[stage] || player.lead;
    $("ring").setAttribute("stroke-dasharray", `${Math.min(1, left / whole)} 1`);
    if (stage === "touch") {
      const wait = Math.ceil(Math.max(0, player.since + player.scene.step.length_s - now));
      put("by-itself", word(wait === 1 ? "start_again_one" : "start_again", { n: wait }));
    } else put("by-itself", "");
    if (stage === "strap" || stage === "tight") {
      $("bubble").classList.toggle("good", stage === "tight" || Boolean(this.isTight));
      const [x, y] = stage === "tight" ? [0, 0] : this.motion.bubble.map((each) => Math.max(-1, Math.min(1, each)));
      $("dot").setAttribute("cx", 24 + 12 * x);
      $("dot").setAttribute("cy", 24 + 12 * y);
    }
  }
}
