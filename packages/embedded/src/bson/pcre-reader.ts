import { classText, escapedSet, posixSet } from './character-set.ts';

/** Why a regular expression is refused. */
export class Untranslatable extends Error {}

export const refuse = (what: string): never => {
  throw new Untranslatable(what);
};

/** A place in the text of a regular expression. */
export class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Whether a sticky expression matches here. */
  sees(expression: RegExp): boolean {
    expression.lastIndex = this.#at;
    return expression.test(this.#text);
  }

  /** Takes what a sticky expression matches here. */
  take(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.#at;
    const match = expression.exec(this.#text);
    if (match) this.#at += match[0].length;
    return match;
  }

  /** Takes a character, whatever it is. */
  next(): number {
    const point = this.#text.codePointAt(this.#at) ?? refuse('it ends too early');
    this.#at += point > 0xffff ? 2 : 1;
    return point;
  }
}

const controls: Record<string, number> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };
const coded: Record<string, RegExp> = {
  0: /[0-7]{0,2}/y,
  o: /\{([0-7]+)\}/y,
  x: /\{([\da-f]+)\}|(?!\{)[\da-f]{0,2}/iy,
};

/** The character that an escape stands for, in a class and outside. */
export function character(reader: Reader, letter: string): number {
  if (controls[letter] !== undefined) return controls[letter];
  if (!/[A-Za-z0-9]/.test(letter)) return letter.codePointAt(0) as number;
  if (letter === 'c') return (reader.take(/[ -~]/y)?.[0] ?? refuse('\\c')).toUpperCase().charCodeAt(0) ^ 64;
  const found = (coded[letter] && reader.take(coded[letter])) ?? refuse(`\\${letter}`);
  const point = Number.parseInt(found[1] ?? `0${found[0]}`, letter === 'x' ? 16 : 8);
  return point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? refuse('no such character') : point;
}

const category = /^(?:C[cfno]?|L[lmotu&]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?)$/;

/** A general category or a script. PCRE2 keeps cases apart in them even where case does not matter. */
export function property(reader: Reader, letter: string, anyCase: boolean): string {
  const [, not = '', inBraces, single] = reader.take(/\{(\^?)([\w&]+)\}|([A-Z])/y) ?? [];
  const name = inBraces ?? single ?? '';
  if (anyCase || !/^[A-Z][\w&]*$/.test(name)) refuse(`\\${letter}${name}`);
  const value = category.test(name) ? name.replace('&', 'C') : `scx=${name}`;
  return `\\${(letter === 'P') === (not === '') ? 'P' : 'p'}{${value}}`;
}

/** A character of a class; or a set of them, as the text of JavaScript's class. */
export function member(reader: Reader, anyCase: boolean): number | string {
  const posix = reader.take(/\[:(\^?)([a-z]+):\]/y);
  if (posix) {
    const [text, not, name = ''] = posix;
    return classText(posixSet(name, not === '^', anyCase) ?? refuse(text));
  }
  if (reader.take(/\[[.=]/y)) refuse('a POSIX collating element');
  if (!reader.take(/\\/y)) return reader.next();
  const letter = String.fromCodePoint(reader.next());
  const set = escapedSet(letter);
  if (set) return classText(set);
  if (letter === 'p' || letter === 'P') return property(reader, letter, anyCase);
  return letter === 'b' ? 8 : character(reader, letter);
}
