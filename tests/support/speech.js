// Stands in for voice, loudspeaker and sensors: notes what is said and sounded, and when; sways as it is told.
window.told = [];
window.wpm = 160;
// Seconds of the page's clock at which a foot comes down, and spans in which somebody walks.
window.impacts = [];
window.walks = [];
// When a foot is lifted: a second after it is asked for, unless somebody stays on both.
window.lifts = [];
window.stays = 0;
window.tilt = 0;
window.flat = 0;
{
  const now = () => performance.now() / 1000;
  const note = (kind, text) => window.told.push({ at: now(), kind, text });
  const voice = {
    speaking: 0,
    getVoices: () => (window.wpm ? [{ lang: "en" }] : []),
    speak(words) {
      if (!words.text) return;
      note(this.speaking ? "cut in" : "say", words.text);
      if (words.text.startsWith("Lift") && !window.stays) window.lifts.push(now() + 1);
      this.speaking += 1;
      setTimeout(() => {
        this.speaking -= 1;
        note("said", words.text);
        if (words.onend) words.onend();
      }, (60000 * words.text.split(/\s+/).length) / window.wpm);
    },
    cancel: () => note("cut off", ""),
  };
  Object.defineProperty(window, "speechSynthesis", { value: voice });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const gain = { setValueAtTime() {}, linearRampToValueAtTime() {} };
  window.AudioContext = class {
    constructor() { this.currentTime = 0; this.destination = {}; }
    resume() {}
    createGain() { return { gain, connect: (next) => next }; }
    createOscillator() {
      const frequency = { value: 0 };
      return { frequency, connect: (next) => next, stop() {}, start: () => note("tone", String(frequency.value)) };
    }
  };
  const wave = (at, phase) => [[0.31, 0.8], [0.73, 0.5], [1.37, 0.3]].reduce(
    (sum, [hertz, size], place) => sum + size * Math.sin(2 * Math.PI * hertz * at + phase * (place + 1)), 0);
  // A foot that comes down rings through the trunk, which lurches to its side.
  const ring = (at) => window.impacts.reduce(
    (sum, from) => sum + (at < from ? 0 : 5 * Math.exp((from - at) / 0.08) * Math.cos(2 * Math.PI * 9 * (at - from))), 0);
  const lurch = (at) => window.impacts.reduce((sum, from) => sum + 1.2 * Math.exp(-(((at - from - 0.1) / 0.25) ** 2)), 0);
  const step = (at) => (window.walks.some(([from, to]) => at >= from && at < to) ? 3 * Math.sin(12 * at) : 0);
  const lift = (at) => window.lifts.reduce((sum, from) => sum + (at >= from && at < from + 0.4 ? 25 : 0), 0);
  window.DeviceMotionEvent = class extends Event {};
  delete window.DeviceMotionEvent.requestPermission;
  setInterval(() => {
    const at = now();
    const pull = 9.81 + 0.01 * wave(at, 0.4) + ring(at) + step(at);
    const event = new window.DeviceMotionEvent("devicemotion");
    Object.defineProperties(event, {
      timeStamp: { value: 1000 * at },
      accelerationIncludingGravity: { value: {
        x: 0.15 * wave(at, 0.7) + lurch(at) + pull * Math.sin(window.tilt),
        y: window.flat ? 0.2 * wave(at, 2.1) : pull * Math.cos(window.tilt),
        z: window.flat ? pull : -0.2 * wave(at, 2.1),
      } },
      rotationRate: { value: { alpha: 2 * wave(at, 1.3), beta: 0, gamma: 2 * wave(at, 0.2) + lift(at) } },
    });
    dispatchEvent(event);
  }, 16);
}
