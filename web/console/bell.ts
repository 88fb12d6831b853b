/** How an offer, or a word from a caller, reaches an agent who looks elsewhere: sound, and a notification of the desktop. */
import { Chime } from "../shared/chime";

const AGAIN_MS = 5000;
const KEPT_AS = "holdfast.sound";

export class Bell {
  readonly #chime = new Chime();
  readonly #shown = new Map<string, Notification>();
  #again: ReturnType<typeof setInterval> | undefined;

  get isSilent(): boolean {
    try {
      return localStorage.getItem(KEPT_AS) === "off";
    } catch {
      return false;
    }
  }

  set isSilent(isSilent: boolean) {
    try {
      localStorage.setItem(KEPT_AS, isSilent ? "off" : "on");
    } catch {
      // A closed storage costs the memory of it, no more.
    }
    if (isSilent) clearInterval(this.#again);
  }

  /** Asks the browser once whether it may notify. Call it from a click: browsers refuse otherwise. */
  askToNotify(): void {
    if ("Notification" in globalThis && Notification.permission === "default") void Notification.requestPermission();
  }

  /** Rings for offers as long as there are any; `headlines` by offer id. */
  offers(headlines: ReadonlyMap<string, string>): void {
    const isNew = [...headlines.keys()].some((id) => !this.#shown.has(id));
    for (const [id, headline] of headlines) if (!this.#shown.has(id)) this.#notify(id, headline);
    for (const [id, notification] of this.#shown) {
      if (headlines.has(id)) continue;
      notification.close();
      this.#shown.delete(id);
    }
    if (headlines.size === 0) clearInterval(this.#again);
    else if (isNew) {
      clearInterval(this.#again);
      this.#ring();
      this.#again = setInterval(() => this.#ring(), AGAIN_MS);
    }
  }

  /** A caller has said something while nobody was looking. */
  words(): void {
    if (document.visibilityState !== "visible") this.#ring();
  }

  stop(): void {
    this.offers(new Map());
  }

  #ring(): void {
    if (!this.isSilent) this.#chime.ring();
  }

  #notify(id: string, headline: string): void {
    const canNotify = "Notification" in globalThis && Notification.permission === "granted";
    if (!canNotify || document.visibilityState === "visible") {
      this.#shown.set(id, { close: () => undefined } as Notification);
      return;
    }
    const notification = new Notification(headline, { tag: id, requireInteraction: true });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
    this.#shown.set(id, notification);
  }
}
