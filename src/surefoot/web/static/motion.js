// The last moments of the sensors: does the phone sit tight, did a foot come down, does somebody walk?
// The limits are those of the computer's live view of a sensor.

const G = 9.80665;
const KEPT_MS = 4000;
const STILL_MS = 500;
const STILL_SHARE = 0.05;
const STILL_DEGPS = 5;
const FACE_OFF = Math.sin((30 * Math.PI) / 180);
const FLAT = Math.cos((25 * Math.PI) / 180);
const TURNED_DEG = 20;
const IMPACT_MPS2 = 1.5;
const IMPACT_MS = 300;
const WALK_MS = 3000;
const WALK_MPS2 = 1;
const LIFT_DEGPS = 5;
const ENOUGH = 5;
// Worn with the screen to the front, left and right are the other way round for who wears it.
const FRONT = ["chest", "pocket", "thigh", "shin"];
const HANGS_ASKEW = ["pocket", "thigh"];

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const pulls = (rows) => rows.map((row) => Math.hypot(row[1], row[2], row[3]));
const turn = (row) => Math.hypot(row[4] || 0, row[5] || 0, row[6] || 0);

export class Motion {
  // Browsers on iOS write the opposite of what pulls.
  constructor(placement, platform) {
    this.placement = placement;
    this.sign = platform === "ios" ? -1 : 1;
    this.rows = [];
    this.bubble = [0, 0];
  }

  add(row) {
    this.rows.push(row);
    while (this.rows[0][0] < row[0] - KEPT_MS) this.rows.shift();
  }

  last(ms) {
    const since = this.rows.length ? this.rows.at(-1)[0] - ms : 0;
    return this.rows.filter((row) => row[0] >= since);
  }

  // What keeps the phone from sitting tight: "" where nothing does.
  fault() {
    const rows = this.last(STILL_MS);
    if (rows.length < ENOUGH) return "still";
    const pull = mean(pulls(rows)) / G;
    const [x, y, z] = [1, 2, 3].map((axis) => (this.sign * mean(rows.map((row) => row[axis]))) / (G * pull));
    const askew = this.placement === "board" ? this.flat(x, y, z) : this.upright(x, y, z);
    const isStill = Math.abs(pull - 1) <= STILL_SHARE && mean(rows.map(turn)) <= STILL_DEGPS;
    return askew || (isStill ? "" : "still");
  }

  flat(x, y, z) {
    this.bubble = [x, y];
    return z > FLAT ? "" : "flat";
  }

  // Upright, lying on its side or upside down: the analysis takes them all, but not anything between.
  upright(x, y, z) {
    const degrees = (Math.atan2(x, y) * 180) / Math.PI;
    const off = degrees - 90 * Math.round(degrees / 90);
    this.bubble = [off / 45, z];
    if (Math.abs(z) > FACE_OFF) return "upright";
    if (Math.abs(off) <= TURNED_DEG || HANGS_ASKEW.includes(this.placement)) return "";
    return off < 0 !== FRONT.includes(this.placement) ? "turn_left" : "turn_right";
  }

  // A foot that comes down shakes the trunk harder than any sway.
  touched() {
    const sizes = pulls(this.last(IMPACT_MS));
    if (sizes.length <= ENOUGH) return false;
    const middle = [...sizes].sort((a, b) => a - b)[Math.floor(sizes.length / 2)];
    return sizes.some((size) => Math.abs(size - middle) > IMPACT_MPS2);
  }

  walks() {
    const sizes = pulls(this.last(WALK_MS));
    const middle = mean(sizes);
    return sizes.length > ENOUGH && Math.sqrt(mean(sizes.map((size) => (size - middle) ** 2))) > WALK_MPS2;
  }

  // Nothing since then looks like a foot that was lifted: both stayed on the floor.
  neverMoved(since) {
    const rows = this.rows.filter((row) => row[0] >= since && row[4] !== null);
    return rows.length > ENOUGH && rows.every((row) => turn(row) < LIFT_DEGPS);
  }
}
