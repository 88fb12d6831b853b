/** What is said on the telephone, as it comes in: guesses that change, and pieces that stand, late ones among them. */
import type { Caption, Said } from "../shared/agent-wire";

const saidAt = (said: Said): string => said.caption?.said_at ?? said.at;

/** Where these words belong: a piece that came late stands before those that it was said before. */
function placeOf(transcript: readonly Said[], said: Said): number {
  let at = transcript.length;
  if (said.caption)
    for (let before = transcript[at - 1]; before?.caption && saidAt(before) > saidAt(said); before = transcript[at - 1])
      at -= 1;
  return at;
}

/** The words in the order in which they were said. */
export function placed(transcript: readonly Said[], said: Said): readonly Said[] {
  return transcript.toSpliced(placeOf(transcript, said), 0, said);
}

export function inOrder(transcript: readonly Said[]): readonly Said[] {
  const ordered: Said[] = [];
  for (const said of transcript) ordered.splice(placeOf(ordered, said), 0, said);
  return ordered;
}

/** What is being said now, by speaker; a guess that is older than what is known already changes nothing. */
export function guessed(now: readonly Caption[], transcript: readonly Said[], caption: Caption): readonly Caption[] {
  const isOld = (known: { readonly session: string; readonly sequence: number } | undefined): boolean =>
    known?.session === caption.session && known.sequence >= caption.sequence;
  const before = now.find((one) => one.author === caption.author);
  if (isOld(before) || transcript.some((said) => said.author === caption.author && isOld(said.caption))) return now;
  return [...now.filter((one) => one !== before), caption];
}

/** What this speaker was saying stands now. */
export function settled(now: readonly Caption[], said: Said): readonly Caption[] {
  if (!said.caption) return now;
  const { session, sequence } = said.caption;
  const isDone = (one: Caption): boolean =>
    one.author === said.author && (one.session !== session || one.sequence <= sequence);
  return now.some(isDone) ? now.filter((one) => !isDone(one)) : now;
}
