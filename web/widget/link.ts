/**
 * The link that takes a place along to another device. What opens it stands behind the `#`, which a browser sends to
 * nobody; it is shown only when asked for, used once, and taken out of the address at once.
 */

const MARK = "#holdfast=";

export interface Handed {
  readonly code: string;
  readonly token: string;
}

export function linkFor(page: string, { code, token }: Handed): string {
  return `${page.split("#")[0] ?? ""}${MARK}${encodeURIComponent(code)}:${encodeURIComponent(token)}`;
}

/** What a link handed over, or null where the address is an ordinary one. */
export function handedBy(hash: string): Handed | null {
  if (!hash.startsWith(MARK)) return null;
  const [code = "", token = ""] = hash.slice(MARK.length).split(":");
  try {
    const handed = { code: decodeURIComponent(code), token: decodeURIComponent(token) };
    return handed.code && handed.token ? handed : null;
  } catch {
    return null;
  }
}

/** Reads this page's address once, and leaves no trace of it there or in the history. */
export function takeHanded(): Handed | null {
  const handed = handedBy(location.hash);
  if (location.hash.startsWith(MARK)) history.replaceState(history.state, "", location.pathname + location.search);
  return handed;
}
