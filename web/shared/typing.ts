/** Who is writing: told to the other side now and then, and shown here for a while after it was told last. */

const SHOWN_MS = 6_000;
const TOLD_EVERY_MS = 3_000;

export class Typing {
  readonly #toldAt = new Map<string, number>();
  readonly #fading = new Map<string, ReturnType<typeof setTimeout>>();

  /** Whether it is time to tell of this talk again; counts as told. */
  isDue(talk: string, now: number): boolean {
    if (now - (this.#toldAt.get(talk) ?? -TOLD_EVERY_MS) < TOLD_EVERY_MS) return false;
    this.#toldAt.set(talk, now);
    return true;
  }

  /** Somebody writes in this talk; `over` is called when nothing more was heard of it. */
  shown(talk: string, over: () => void): void {
    clearTimeout(this.#fading.get(talk));
    const timer = setTimeout(() => {
      this.#fading.delete(talk);
      over();
    }, SHOWN_MS);
    this.#fading.set(talk, timer);
  }

  stop(): void {
    for (const timer of this.#fading.values()) clearTimeout(timer);
    this.#fading.clear();
    this.#toldAt.clear();
  }
}
