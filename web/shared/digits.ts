/** Figures as the reader writes them, and as the service takes them. */

import { figure } from "./formats";

/** A count in the reader's digits: `1,200`, `١٬٢٠٠`. */
export function counted(n: number, locale: string): string {
  return figure(n, locale);
}

const ZEROS = [0x0660, 0x06f0, 0x0966]; // Arabic-Indic, Persian, Devanagari

/** What was typed with the digits of a keyboard of any of these scripts, with those that the service and telephones know. */
export function plainDigits(typed: string): string {
  return typed.replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    const zero = ZEROS.find((first) => code >= first && code <= first + 9);
    return zero === undefined ? digit : String(code - zero);
  });
}
