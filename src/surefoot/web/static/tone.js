// The sound of the board: pitch tells how far it leans, the ear tells the side. Silent until switched on.

const LOWEST = 220;
const OCTAVES = 2;
const SMOOTH = 0.02;

// 220 Hz at level, two octaves up at twice the zone and beyond.
export function pitch(lean, zone) {
  return LOWEST * 2 ** (OCTAVES * Math.min(lean / (2 * zone), 1));
}

// All left at twice the zone to the left, all right to the right.
export function side(ml, zone) {
  return Math.max(-1, Math.min(1, ml / (2 * zone)));
}

export class Tone {
  constructor() {
    this.volume = 0.4;
    this.on = false;
  }

  // Browsers let a page be heard only after a press.
  switchOn() {
    if (!this.audio) this.build();
    this.audio.resume();
    this.on = true;
  }

  build() {
    if (navigator.audioSession) navigator.audioSession.type = "playback";
    this.audio = new AudioContext({ latencyHint: "interactive" });
    this.voice = this.audio.createOscillator();
    this.voice.type = "triangle";
    this.loudness = this.audio.createGain();
    this.loudness.gain.value = 0;
    this.ear = this.audio.createStereoPanner();
    this.voice.connect(this.loudness).connect(this.ear).connect(this.audio.destination);
    this.voice.start();
  }

  switchOff() {
    this.on = false;
    this.hush();
  }

  hush() {
    if (this.audio) this.glide(this.loudness.gain, 0);
  }

  follow(ap, ml, zone) {
    if (!this.on) return;
    this.glide(this.voice.frequency, pitch(Math.hypot(ap, ml), zone));
    this.glide(this.ear.pan, side(ml, zone));
    this.glide(this.loudness.gain, this.volume * 0.4);
  }

  glide(setting, value) {
    setting.setTargetAtTime(value, this.audio.currentTime, SMOOTH);
  }

  beep(hertz, seconds) {
    if (!this.on) return;
    const voice = this.audio.createOscillator();
    const loudness = this.audio.createGain();
    const end = this.audio.currentTime + seconds;
    voice.frequency.value = hertz;
    loudness.gain.setValueAtTime(this.volume, this.audio.currentTime);
    loudness.gain.setValueAtTime(this.volume, end - 0.02);
    loudness.gain.linearRampToValueAtTime(0, end);
    voice.connect(loudness).connect(this.audio.destination);
    voice.start();
    voice.stop(end);
  }
}
