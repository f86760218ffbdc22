// The motion sensors of the phone: permission, rows, and what they are worth.

const number = (value) => (typeof value === "number" && isFinite(value) ? value : null);

// One row: time of the page's clock in ms, acceleration with gravity, rotation about x, y, z; null where missing.
export function rowOf(event) {
  const pull = event.accelerationIncludingGravity;
  const turn = event.rotationRate || {};
  if (!pull || [pull.x, pull.y, pull.z].some((value) => number(value) === null)) return null;
  return [event.timeStamp, pull.x, pull.y, pull.z, number(turn.alpha), number(turn.beta), number(turn.gamma)];
}

// Must be called first in the tap: browsers on iOS want the gesture itself.
export async function askPermission() {
  if (typeof DeviceMotionEvent === "undefined") {
    throw new Error("This browser gives no access to motion sensors here. Open the https:// address of the code, on a phone.");
  }
  if (typeof DeviceMotionEvent.requestPermission !== "function") return;
  const answer = await DeviceMotionEvent.requestPermission();
  if (answer !== "granted") throw new Error(`Access to the motion sensors was refused. ${wayBack()}`);
}

// An iPhone asks once and remembers the answer until the browser is closed; loading the page again changes nothing.
function wayBack() {
  if (platform() === "ios") {
    return "Close the browser fully (swipe it up and away), open the code again, and choose “Allow” when the phone asks.";
  }
  return "Allow “motion sensors” for this page in the browser's site settings, then load the page again.";
}

export function listen(take) {
  const heard = (event) => {
    const row = rowOf(event);
    if (row) take(row);
  };
  addEventListener("devicemotion", heard);
  return () => removeEventListener("devicemotion", heard);
}

export function firstRow(patience) {
  return new Promise((done, fail) => {
    const stop = listen((row) => { clearTimeout(late); stop(); done(row); });
    const late = setTimeout(() => {
      stop();
      fail(new Error(`No motion data arrives. A computer has no motion sensor; on a phone: ${wayBack()}`));
    }, patience);
  });
}

export function collect(duration) {
  return new Promise((done) => {
    const rows = [];
    const stop = listen((row) => rows.push(row));
    setTimeout(() => { stop(); done(rows); }, duration);
  });
}

export function describe(rows) {
  const times = rows.map((row) => row[0]);
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  const pulls = rows.flatMap((row) => row.slice(1, 4));
  const rounded = pulls.every((value) => Math.abs(value * 10 - Math.round(value * 10)) < 1e-4);
  const mean = [1, 2, 3].map((axis) => rows.reduce((sum, row) => sum + row[axis], 0) / rows.length);
  return {
    rate: (1000 * (rows.length - 1)) / (times[times.length - 1] - times[0]),
    gap: Math.max(...gaps),
    coarse: rounded,
    gyroscope: rows.some((row) => row[4] !== null),
    gravity: Math.hypot(...mean),
    mean,
  };
}

export function platform() {
  const agent = navigator.userAgent;
  const tablet = /Macintosh/.test(agent) && navigator.maxTouchPoints > 1;
  if (/iPhone|iPad|iPod/.test(agent) || tablet) return "ios";
  return /Android/.test(agent) ? "android" : "";
}
