/** Two soft notes for an offer, made here: no file to load, and silent where the browser doesn't allow sound. */
export class Chime {
  #context: AudioContext | undefined;

  ring(): void {
    try {
      this.#context ??= new AudioContext();
      const { currentTime, destination } = this.#context;
      for (const [frequency, delay] of [
        [659, 0],
        [880, 0.16],
      ] as const) {
        const tone = this.#context.createOscillator();
        const volume = this.#context.createGain();
        tone.frequency.value = frequency;
        volume.gain.setValueAtTime(0.0001, currentTime + delay);
        volume.gain.exponentialRampToValueAtTime(0.14, currentTime + delay + 0.02);
        volume.gain.exponentialRampToValueAtTime(0.0001, currentTime + delay + 0.5);
        tone.connect(volume).connect(destination);
        tone.start(currentTime + delay);
        tone.stop(currentTime + delay + 0.55);
      }
    } catch {
      // No sound device: the offer is on the screen and in the title.
    }
  }
}
