import type { BSONRegExp } from './types.ts';
import { fail } from '../errors.ts';

const cache = new Map<string, RegExp>();

/** A regular expression of a query as JavaScript's; what only PCRE knows is refused. */
export function compileRegex(source: BSONRegExp): RegExp {
  const name = `${source.options}/${source.pattern}`;
  const known = cache.get(name);
  if (known) return known;
  let flags = 'u';
  let pattern = source.pattern;
  for (const option of source.options) {
    if (option === 'x') pattern = withoutComments(pattern);
    else if (option === 'i' || option === 'm' || option === 's') flags += option;
    else if (option !== 'u') fail(51108, `invalid flag in regex options: ${option}`);
  }
  const inline = /^\(\?([ims]+)\)/.exec(pattern);
  if (inline) {
    pattern = pattern.slice(inline[0].length);
    for (const flag of inline[1] as string) if (!flags.includes(flag)) flags += flag;
  }
  if (pattern.includes('\0')) fail('BadValue', 'Regular expression cannot contain an embedded null byte');
  const regex = build(pattern, flags);
  if (cache.size > 500) cache.clear();
  cache.set(name, regex);
  return regex;
}

function build(pattern: string, flags: string): RegExp {
  const translated = pattern.replaceAll('\\A', '^').replaceAll(/\\[zZ]/g, '$');
  for (const mode of [flags, flags.replace('u', '')]) {
    try {
      return new RegExp(translated, mode);
    } catch {
      // The stricter unicode mode refuses some escapes that PCRE and JavaScript's older mode allow.
    }
  }
  return fail(51091, `Regular expression is invalid: ${pattern}`);
}

/** Option x: white space and comments outside of character classes do not count. */
function withoutComments(pattern: string): string {
  return pattern.replaceAll(
    /(\\.|\[(?:\\.|[^\]])*\])|\s+|#[^\n]*/gs,
    (_, kept: string | undefined) => kept ?? '',
  );
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
