// Sound, speech and vibration. Browsers let a page be heard only after a tap.

let audio = null;
let speaks = true;

export function unlock() {
  // Without this, the mute switch of an iPhone silences the page.
  if (navigator.audioSession) navigator.audioSession.type = "playback";
  audio = audio || new AudioContext();
  audio.resume();
  // The first words must be spoken within the tap as well, even if there are none.
  if (canSpeak()) speechSynthesis.speak(new SpeechSynthesisUtterance(""));
}

export function letSpeak(wanted) {
  speaks = wanted;
  if (!wanted && "speechSynthesis" in window) speechSynthesis.cancel();
}

export function canSpeak() {
  return "speechSynthesis" in window;
}

export function beep(hertz = 880, ms = 150) {
  if (navigator.vibrate) navigator.vibrate(ms);
  if (!audio) return;
  const tone = audio.createOscillator();
  const loudness = audio.createGain();
  const end = audio.currentTime + ms / 1000;
  tone.frequency.value = hertz;
  loudness.gain.setValueAtTime(0.5, audio.currentTime);
  loudness.gain.setValueAtTime(0.5, end - 0.02);
  loudness.gain.linearRampToValueAtTime(0, end);
  tone.connect(loudness).connect(audio.destination);
  tone.start();
  tone.stop(end);
}

export function say(text) {
  if (!speaks || !canSpeak()) return;
  speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(text);
  words.lang = "en";
  speechSynthesis.speak(words);
}
