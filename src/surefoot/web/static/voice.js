// Sound, speech and vibration. Browsers let a page be heard only after a tap.

const TONES = {
  beep: [880, 150, 0.5],
  soft: [660, 150, 0.25],
  low: [440, 120, 0.4],
  end: [520, 550, 0.5],
};
// A voice that forgets to tell that it is through is waited for as long as a slow one would take.
const STARTS_MS = 2000;
const SLOWEST_WPM = 100;
let audio = null;
let wanted = true;
let language = "en";
let line = Promise.resolve();
let spoken = null;

export function unlock() {
  // Without this, the mute switch of an iPhone silences the page.
  if (navigator.audioSession) navigator.audioSession.type = "playback";
  audio = audio || new AudioContext();
  audio.resume();
  // The first words must be spoken within the tap as well, even if there are none.
  if ("speechSynthesis" in window) speechSynthesis.speak(new SpeechSynthesisUtterance(""));
}

export function letSpeak(may) {
  wanted = may;
}

export function speakIn(code) {
  language = code;
}

// Some browsers have the words for a voice and none to speak them; some find theirs a moment later.
export async function canSpeak(patience = 1000) {
  if (!("speechSynthesis" in window)) return false;
  for (const until = performance.now() + patience; ;) {
    if (speechSynthesis.getVoices().length) return true;
    if (performance.now() >= until) return false;
    await new Promise((done) => setTimeout(done, 100));
  }
}

export function sound(kind) {
  const [hertz, ms, volume] = TONES[kind];
  if (navigator.vibrate) navigator.vibrate(ms);
  if (!audio) return;
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  const end = audio.currentTime + ms / 1000;
  tone.frequency.value = hertz;
  loudness.gain.setValueAtTime(volume, audio.currentTime);
  loudness.gain.setValueAtTime(volume, end - 0.02);
  loudness.gain.linearRampToValueAtTime(0, end);
  tone.connect(loudness).connect(audio.destination);
  tone.start();
  tone.stop(end);
}

// Says a text once all before it is said; nothing is ever cut off. Settles when it is over.
export function say(text) {
  line = line.then(() => (wanted && text ? utter(text) : undefined));
  return line;
}

async function utter(text) {
  if (!(await canSpeak(0))) return;
  await new Promise((done) => {
    spoken = new SpeechSynthesisUtterance(text);
    spoken.lang = language;
    spoken.onend = done;
    spoken.onerror = done;
    setTimeout(done, STARTS_MS + (60000 * text.split(/\s+/).length) / SLOWEST_WPM);
    speechSynthesis.speak(spoken);
  });
}
