// Stands in for the voice and the loudspeaker: notes what is said and sounded, and when.
window.told = [];
window.wpm = 200;
{
  const note = (kind, text) => window.told.push({ at: performance.now() / 1000, kind, text });
  const voice = {
    speaking: 0,
    getVoices: () => [{ lang: "en" }],
    speak(words) {
      if (!words.text) return;
      note(this.speaking ? "cut in" : "say", words.text);
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
      return { frequency, connect: (next) => next, stop() {}, start: () => note("tone", frequency.value) };
    }
  };
}
