/** What comes out of the telephone: speech, music, and the tones of its keys. Each is silent where the browser has none. */

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";

export class Sound {
  #isOn = true;
  #music: HTMLAudioElement | null = null;
  #context: AudioContext | undefined;

  get isOn(): boolean {
    return this.#isOn;
  }

  turn(on: boolean): void {
    if (!on) this.#hush();
    this.#isOn = on;
    if (this.#music) this.#music.muted = !on;
  }

  /** Speaks as the line does; `other` for the person at the other end, a little lower. */
  speak(words: string, language: string, other = false): void {
    if (!this.#isOn || !("speechSynthesis" in window) || !words) return;
    const utterance = new SpeechSynthesisUtterance(words);
    utterance.lang = language || "en-GB";
    utterance.pitch = other ? 0.85 : 1;
    speechSynthesis.speak(utterance);
  }

  /** Plays a file; `times` 0 is for ever. */
  play(url: string, times: number): void {
    this.#stopMusic();
    const music = new Audio(url);
    let left = times;
    music.loop = times === 0;
    music.muted = !this.#isOn;
    music.onended = () => {
      left -= 1;
      if (left > 0) void music.play().catch(() => undefined);
    };
    this.#music = music;
    // A browser that allows no sound before a click leaves the captions to tell it.
    void music.play().catch(() => undefined);
  }

  /** Silence now: whatever plays or is being spoken stops. */
  stop(): void {
    this.#stopMusic();
    this.#hush();
  }

  /** The browser has one voice for all telephones of a page: one that is silent cuts no other off. */
  #hush(): void {
    if (this.#isOn && "speechSynthesis" in window) speechSynthesis.cancel();
  }

  /** The two tones of a key. */
  key(key: string): void {
    const at = KEYS.indexOf(key);
    if (!this.#isOn || at < 0) return;
    try {
      this.#context ??= new AudioContext();
      const { currentTime, destination } = this.#context;
      const volume = this.#context.createGain();
      volume.gain.setValueAtTime(0.05, currentTime);
      volume.gain.setTargetAtTime(0, currentTime + 0.11, 0.015);
      volume.connect(destination);
      for (const frequency of [ROWS[Math.floor(at / 3)] ?? 0, COLUMNS[at % 3] ?? 0]) {
        const tone = this.#context.createOscillator();
        tone.frequency.value = frequency;
        tone.connect(volume);
        tone.start(currentTime);
        tone.stop(currentTime + 0.2);
      }
    } catch {
      // no sound device
    }
  }

  #stopMusic(): void {
    this.#music?.pause();
    this.#music = null;
  }
}
