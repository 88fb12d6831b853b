/** Random ids for idempotency keys, client ids and refs. */

/** Whether two texts are most likely the same, without keeping them: 32 bits of FNV-1a. */
export function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const sign of text) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16);
}

/** 128 random bits as 32 hexadecimal characters. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
