// The guide of a session, played from the timetable that came beforehand: no network is needed.
//
// A sentence waits for the end of the one before it, and a phase for the end of all that is said in it; only the
// countdown and the hold are as long as they are. Times are seconds of the page's clock.

const FIXED = ["countdown", "hold"];

export class Player {
  // `act` does what falls due: say(text), which settles when it is said, sound(kind), show(scene), and take
  // settle(scene, at), over(scene, at, ending) and done().
  constructor(session, act) {
    this.session = session;
    this.act = act;
    this.quiet = -Infinity;
    this.line = [
      ...session.opening.map((step) => ({ step })),
      ...session.takes.flatMap((course) => course.steps.map((step) => ({ step, course, retry: false }))),
    ];
    this.marks = [];
  }

  start(now) {
    this.enter(now);
    this.give(now);
  }

  get ends() {
    const planned = this.since + this.scene.step.length_s;
    return FIXED.includes(this.scene.step.phase) ? planned : Math.max(planned, this.quiet);
  }

  // What the clock shows: to the beginning of an attempt, then to the end of its hold, then of the rest.
  clock(now) {
    const { phase, length_s: length, clock_s: after } = this.scene.step;
    return phase === "settle" ? after : Math.max(0, this.since + length - now) + after;
  }

  tick(now) {
    this.give(now);
    while (this.scene && this.ends <= now) {
      this.leave(this.ends);
      if (this.scene) this.give(now);
    }
  }

  give(now) {
    const { cues } = this.scene.step;
    for (; this.given < cues.length; this.given += 1) {
      const cue = cues[this.given];
      const due = Math.max(this.since + cue.at_s, cue.kind === "say" ? this.quiet : 0);
      if (due > Math.min(now, this.ends)) return;
      this.marks.push([now, cue.kind, cue.text]);
      if (cue.kind === "say") this.say(cue.text);
      else if (cue.kind !== "show") this.act.sound(cue.kind);
    }
  }

  say(text) {
    this.quiet = Infinity;
    const mine = (this.saying = this.act.say(text));
    mine.then(() => { if (this.saying === mine) this.quiet = this.act.now(); });
  }

  enter(at) {
    this.scene = this.line.shift() || null;
    this.since = at;
    this.given = 0;
    if (!this.scene) return this.act.done();
    if (this.scene.step.phase === "settle") this.act.settle(this.scene, at);
    this.act.show(this.scene);
  }

  leave(at) {
    if (this.scene.step.phase === "hold") this.act.over(this.scene, at, "held");
    this.enter(at);
  }

  // The phone moves or is not upright: two seconds begin anew.
  moved(now) {
    this.since = Math.max(this.since, now);
  }

  // Goes on at once, where somebody is ready before the rest is over.
  go(now) {
    if (["rest", "place"].includes(this.scene.step.phase)) this.enter(now);
  }

  touchdown(now) {
    const { course, retry } = this.scene;
    const held = now - this.since;
    const text = course.touched[retry ? 1 : 0][Math.floor(held)];
    const again = !retry && course.again.length > 0 && held >= this.session.retry.worth_s;
    this.act.over(this.scene, now, "touchdown");
    const said = [{ at_s: 0, kind: "end", text: "" }, { at_s: 0.6, kind: "say", text }];
    const rest = { phase: "rest", length_s: this.session.retry.rest_s, clock_s: this.lead, cues: said };
    const tries = course.again.map((step) => ({ step, course, retry: true }));
    if (again) this.line = [{ step: rest, course, retry: true, held }, ...tries, ...this.later(course)];
    else this.line = [{ ...this.last(course, said), held }, ...this.later(course)];
    this.enter(now);
  }

  // The try again is given up: somebody walked off, stood on both feet, or said so.
  off(now) {
    const { course } = this.scene;
    if (["settle", "hold"].includes(this.scene.step.phase)) this.act.over(this.scene, now, "off");
    this.line = [this.last(course, [{ at_s: 0, kind: "say", text: course.off }]), ...this.later(course)];
    this.enter(now);
  }

  last(course, cues) {
    return { step: { ...course.steps.at(-1), cues }, course, retry: false };
  }

  later(course) {
    return this.line.filter((scene) => scene.course !== course);
  }

  get lead() {
    return this.session.takes[0].steps[0].length_s + this.session.takes[0].steps[0].clock_s;
  }

  // How long it was held, where it is held now.
  held(now) {
    return this.scene.step.phase === "hold" ? now - this.since : 0;
  }
}
