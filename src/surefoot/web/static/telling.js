// Tells the computer where the test stands, for its screen; what is lost on the way is not missed. The answer may
// ask to stop the test, so it is told often enough to hear that within a second.
import { ask } from "./sending.js";

const LOOK_MS = 100;
const EVERY_MS = { strap: 400 };
const USUAL_MS = 700;

export function tellLive(test) {
  let told = "";
  let since = -Infinity;
  let busy = false;
  const send = (body) => {
    busy = true;
    const told = ask("/api/live", body).then((answer) => answer.json());
    told.then(({ stop }) => { if (stop && test.player.scene) test.stop(); }, () => {}).finally(() => { busy = false; });
  };
  const look = () => {
    const { player, stage, motion } = test;
    const now = performance.now();
    if (busy || !player.scene || (stage === told && now - since < (EVERY_MS[stage] || USUAL_MS))) return;
    told = stage;
    since = now;
    const { course } = player.scene.course && stage !== "rest" ? player.scene : player.line.find((each) => each.course) || {};
    const next = player.line.find((each) => each.course && each.course !== course);
    send({
      stage,
      after: next ? next.course.leg : "both",
      leg: course ? course.leg : "both",
      left_s: Math.max(0, Math.ceil(player.clock(now / 1000) - 1e-6)) || 0,
      whole_s: stage === "hold" ? test.session.hold_s : player.lead + (stage === "rest" ? player.scene.step.length_s : 0),
      dot: motion.bubble,
    });
  };
  const timer = setInterval(look, LOOK_MS);
  return () => {
    clearInterval(timer);
    send({ stage: "done" });
  };
}
