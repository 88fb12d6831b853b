/** Which of a long talk's messages stand on the page: from `first` to before `past`. The rest is kept, and not drawn. */

export interface Shown {
  readonly first: number;
  readonly past: number;
}

/** How many stand there at the end of the talk, how many come with a step away from it, and how many at most. */
const AT_END = 50;
const STEP = 50;
const MOST = 150;

export function atEnd(count: number): Shown {
  return { first: Math.max(0, count - AT_END), past: count };
}

/** A step back; what has come too far below goes. */
export function earlier({ first, past }: Shown): Shown {
  const start = Math.max(0, first - STEP);
  return { first: start, past: Math.min(past, start + MOST) };
}

/** A step on; what has come too far above goes. */
export function later({ first, past }: Shown, count: number): Shown {
  const end = Math.min(count, past + STEP);
  return { first: Math.max(first, end - MOST), past: end };
}

/** After a change of the talk from `before` messages to `count`, where the reader is somewhere above its end. */
export function kept(shown: Shown, before: number, count: number): Shown {
  if (count < before) return atEnd(count);
  const past = shown.past === before ? Math.min(count, shown.first + MOST) : shown.past;
  return { first: shown.first, past };
}
