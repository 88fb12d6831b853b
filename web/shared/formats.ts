/** Formatters of Intl are dear to make and asked for at every drawing: one of each kind is kept. */

const made = new Map<string, unknown>();

/** The formatter that is known by this name; made where there is none yet. */
export function once<F>(name: string, make: () => F): F {
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as F;
}

/** Whole figures in the reader's digits, with so many of them at least. */
export function figure(n: number, locale: string, digits = 1): string {
  const format = once(`figure ${locale} ${digits}`, () => new Intl.NumberFormat(locale, { minimumIntegerDigits: digits }));
  return format.format(n);
}
