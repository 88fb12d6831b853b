/** How the widget reaches somebody who looks elsewhere: the page's title, a sound, and a notification where that is allowed. */
import { Chime } from "../shared/chime";

export class Attention {
  readonly #chime = new Chime();
  #title: string | null = null;

  /** Shows how many messages are unread in the title of a page that is not looked at, and gives the title back afterwards. */
  unread(n: number): void {
    const isLookedAt = document.visibilityState === "visible";
    if (this.#title !== null && (isLookedAt || n === 0)) {
      document.title = this.#title;
      this.#title = null;
    } else if (!isLookedAt && n > 0) {
      this.#title ??= document.title;
      document.title = `(${n}) ${this.#title}`;
    }
  }

  get canAsk(): boolean {
    return "Notification" in globalThis && Notification.permission === "default";
  }

  /** Asks the browser for leave to notify; resolves once the person has answered. */
  async ask(): Promise<void> {
    await Notification.requestPermission();
  }

  /** An agent is there: two soft notes, and a notification when the page is not looked at. */
  agentJoined(sentence: string): void {
    this.#chime.ring();
    if (document.visibilityState === "visible" || !("Notification" in globalThis)) return;
    if (Notification.permission !== "granted") return;
    try {
      const notification = new Notification(sentence, { tag: "holdfast" });
      notification.onclick = () => {
        window.focus();
        notification.close();
      };
    } catch {
      // Some phones allow notifications from service workers only: the sound and the title have to do.
    }
  }
}
