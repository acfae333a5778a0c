import { fail } from '../errors.ts';
import { translate } from './pcre.ts';
import type { BSONRegExp } from './types.ts';

const MAX_BYTES = 16 * 1024;
const cache = new Map<string, RegExp>();

/** A regular expression, for JavaScript; one that cannot be had is refused with the code given. */
export function compileRegex(
  { pattern, options }: Pick<BSONRegExp, 'pattern' | 'options'>,
  invalid = 51091,
): RegExp {
  const name = `${options}/${pattern}`;
  const known = cache.get(name);
  if (known) return known;
  const wrong = /[^imsxu]/.exec(options);
  if (wrong) fail(51108, `invalid flag in regex options: ${wrong[0]}`);
  if (pattern.includes('\0')) fail('BadValue', 'Regular expression cannot contain an embedded null byte');
  if (Buffer.byteLength(pattern) > MAX_BYTES) fail(invalid, 'Regular expression is too large');
  let regex: RegExp;
  try {
    regex = translate(pattern, options);
  } catch (error) {
    return fail(invalid, `Regular expression is invalid or not supported: ${(error as Error).message}`);
  }
  if (cache.size > 500) cache.clear();
  cache.set(name, regex);
  return regex;
}

/** The literal text that every match of an anchored expression starts with; undefined when there is none. */
export function literalPrefix(source: BSONRegExp): { prefix: string; exact: boolean } | undefined {
  if (/[imx]/.test(source.options)) return undefined;
  const { pattern } = source;
  let at = pattern.startsWith('^') ? 1 : pattern.startsWith('\\A') ? 2 : 0;
  if (at === 0 || pattern.includes('|')) return undefined;
  let prefix = '';
  for (; at < pattern.length; at++) {
    let letter = pattern[at] as string;
    if (letter === '\\') {
      const next = pattern[at + 1];
      if (next === undefined || /[A-Za-z0-9]/.test(next)) break;
      letter = next;
      at++;
    } else if (/[.^$*+?()[\]{}]/.test(letter)) {
      break;
    }
    const after = pattern[at + 1];
    if (after === '*' || after === '?' || after === '{') break;
    prefix += letter;
  }
  if (/[\uD800-\uDBFF]$/.test(prefix)) prefix = prefix.slice(0, -1);
  return prefix === '' ? undefined : { prefix, exact: at >= pattern.length };
}
