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

/** Re-renders a Lit element whenever a store changes, for as long as the element is on the page. */
export class Following<S> implements ReactiveController {
  #stop: (() => void) | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly store: Store<S>,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = this.store.follow(() => this.host.requestUpdate());
  }

  hostDisconnected(): void {
    this.#stop?.();
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
