import { fail } from '../errors.ts';

const MAX_BYTES = 16 * 1024 * 1024;

/** A text that a value may be; a longer one is refused. */
export const bounded = (text: string): string =>
  text.length * 3 >= MAX_BYTES && Buffer.byteLength(text) >= MAX_BYTES
    ? fail(16493, `Tried to create string longer than ${MAX_BYTES} bytes`)
    : text;

/** How many code points there are in a part of a text. */
export function codePoints(text: string, from = 0, to = text.length): number {
  let count = to - from;
  for (let at = from; at < to; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count--;
  return count;
}

/** Case as MongoDB's operators know it, of ASCII letters only. */
export const asciiLower = (text: string): string =>
  text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
export const asciiUpper = (text: string): string =>
  text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase());
