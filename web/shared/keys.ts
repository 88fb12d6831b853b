/** Random ids for idempotency keys, client ids and refs. */

/** 128 random bits as 32 hexadecimal characters. */
export function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
