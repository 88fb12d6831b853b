import type { ReactiveController, ReactiveControllerHost } from "lit";

/** A value that tells its followers when it changes. States are frozen records; a change is a new one. */
export class Store<S> {
  readonly #followers = new Set<(state: S) => void>();
  #state: S;

  constructor(initial: S) {
    this.#state = initial;
  }

  get state(): S {
    return this.#state;
  }

  /** Replaces the state. Setting the same object tells nobody. */
  set(next: S): void {
    if (Object.is(next, this.#state)) return;
    this.#state = next;
    for (const follower of this.#followers) follower(next);
  }

  patch(change: Partial<S>): void {
    this.set({ ...this.#state, ...change });
  }

  /** Returns the call that stops following. */
  follow(follower: (state: S) => void): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }
}

/** A page that is not drawn gets no animation frames: so long after, what changed is drawn all the same. */
const UNDRAWN_MS = 100;

/**
 * Re-renders a Lit element when a store has changed, for as long as the element is on the page: once for all that comes before
 * the browser draws next, so that a burst of frames costs one drawing.
 */
export class Following<S> implements ReactiveController {
  #stop: (() => void) | undefined;
  #frame = 0;
  #late: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly store: Store<S>,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = this.store.follow(() => this.#draw());
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#forget();
  }

  #draw(): void {
    if (this.#late !== undefined) return;
    const now = (): void => {
      this.#forget();
      this.host.requestUpdate();
    };
    this.#late = setTimeout(now, document.visibilityState === "visible" ? UNDRAWN_MS : 0);
    this.#frame = requestAnimationFrame(now);
  }

  #forget(): void {
    clearTimeout(this.#late);
    cancelAnimationFrame(this.#frame);
    this.#late = undefined;
  }
}

/** Re-renders a Lit element every second while `needed` says so: running waits and countdowns. */
export class Ticking implements ReactiveController {
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly needed: () => boolean = () => true,
    private readonly everyMs = 1000,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#timer = setInterval(() => {
      if (this.needed()) this.host.requestUpdate();
    }, this.everyMs);
  }

  hostDisconnected(): void {
    clearInterval(this.#timer);
  }
}
