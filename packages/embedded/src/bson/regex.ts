import { fail } from '../errors.ts';
import { bounded, overdue, remembered } from './bounded.ts';
import { translate, type Translated } from './pcre.ts';
import type { BSONRegExp } from './types.ts';

const MAX_BYTES = 16 * 1024;
const cache = new Map<string, Pattern>();

/** A regular expression that cannot hold the event loop: one that goes on and on is given up with an error. */
export class Pattern {
  readonly #regex: RegExp;
  readonly #quick: number;
  #kinds: Record<string, object> | undefined;

  constructor({ regex, quick }: Translated) {
    this.#regex = regex;
    this.#quick = quick;
  }

  test(text: string, operator = '$regex'): boolean {
    return this.#run(operator, text, () => this.#regex.test(text));
  }

  /** Does something with the expression, with flag g, and one text; what is given up may have been begun. */
  search<R>(text: string, operator: string, action: (regex: RegExp) => R): R {
    const regex = new RegExp(this.#regex, `${this.#regex.flags}g`);
    return this.#run(operator, text, () => action(regex));
  }

  #run<R>(operator: string, text: string, action: () => R): R {
    const stop = (why: string): never =>
      fail(
        51156,
        `Error occurred while executing the regular expression in ${operator}. Result code: ${why}`,
      );
    const short = text.length <= this.#quick;
    try {
      return remembered(((this.#kinds ??= {})[operator] ??= {}), text, short, () => {
        if (overdue(short)) return stop('match limit exceeded');
        if (short) return action();
        return (bounded(action, text.length) ?? stop('match limit exceeded')).result;
      });
    } catch (error) {
      // V8 compiles an expression when it is first used, and finds only then that it is too large.
      if ((error as Error).name === 'SyntaxError') return stop((error as Error).message);
      throw error;
    }
  }
}

/** A regular expression, for JavaScript; one that cannot be had is refused with the code given. */
export function compileRegex(
  { pattern, options }: Pick<BSONRegExp, 'pattern' | 'options'>,
  invalid = 51091,
): Pattern {
  const name = `${options}/${pattern}`;
  const known = cache.get(name);
  if (known) return known;
  const wrong = /[^imsxu]/.exec(options);
  if (wrong) fail(51108, `invalid flag in regex options: ${wrong[0]}`);
  if (pattern.includes('\0')) fail('BadValue', 'Regular expression cannot contain an embedded null byte');
  if (Buffer.byteLength(pattern) > MAX_BYTES) fail(invalid, 'Regular expression is too large');
  let regex: Pattern;
  try {
    regex = new Pattern(translate(pattern, options));
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
