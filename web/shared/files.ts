/** Hands a text, or bytes, to the browser as a file of this name. */
export function save(name: string, content: string | ArrayBuffer, type = "text/plain"): void {
  const kind = typeof content === "string" ? `${type};charset=utf-8` : type;
  const address = URL.createObjectURL(new Blob([content], { type: kind }));
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
