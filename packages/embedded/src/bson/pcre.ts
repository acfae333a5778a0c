import { classText, escapedSet, type Range } from './character-set.ts';
import { character, member, property, Reader, refuse } from './pcre-reader.ts';
import { eitherOf, inTurn, once, quickLength, repeated, type Steps } from './steps.ts';

/** A regular expression, and the length of a text up to which it certainly answers at once. */
export interface Translated {
  regex: RegExp;
  quick: number;
}

/**
 * A regular expression of PCRE2, which MongoDB's are, as JavaScript's of the same meaning. What JavaScript
 * cannot say, or would match otherwise, is refused. Every capturing group stays one, in its place.
 */
export function translate(pattern: string, options: string): Translated {
  const leading = /^(?:\(\?[imsx]+\))*/.exec(pattern)?.[0] ?? '';
  const translation = new Translation(pattern.slice(leading.length), options + leading);
  const { text, steps } = translation.whole();
  // What is not anchored begins anew with each character.
  const anchored = text.startsWith('^') && !text.includes('|');
  const tried = anchored ? steps : { ...steps, loops: steps.loops + 1 };
  return { regex: new RegExp(text, translation.anyCase ? 'iu' : 'u'), quick: quickLength(tried) };
}

/** A part of an expression in JavaScript, and what decides whether it may be repeated or looked back for. */
interface Piece {
  text: string;
  /** How many characters it matches; NaN when that varies. */
  width: number;
  mayBeEmpty: boolean;
  captures: boolean;
  /** Whether it has a group that a match of it may leave unset. */
  loose: boolean;
  steps: Steps;
}

const matching = (text: string, width = 1, mayBeEmpty = width === 0): Piece => ({
  text,
  width,
  mayBeEmpty,
  captures: false,
  loose: false,
  steps: once(),
});

const ANY = '[^]';
const NO_NEWLINE = '[^\\n]';
const MAX_REPEAT = 65535;

const assertions: Record<string, string> = { A: '^', Z: '(?=\\n?$)', z: '$' };

class Translation {
  readonly #reader: Reader;
  #flags: { i: boolean; m: boolean; s: boolean; x: boolean };
  #groups = 0;
  readonly #names = new Map<string, number>();
  /** The groups that are set here for certain: PCRE2 fails on another one, JavaScript takes it as empty. */
  #set = new Map<number, Piece>();
  /** Whether case does not matter to the whole expression; parts that differ say so. */
  readonly anyCase: boolean;

  constructor(pattern: string, options: string) {
    this.#reader = new Reader(pattern);
    const has = (flag: string): boolean => options.includes(flag);
    this.#flags = { i: has('i'), m: has('m'), s: has('s'), x: has('x') };
    this.anyCase = has('i');
  }

  whole(): Piece {
    const whole = this.#alternatives();
    return this.#reader.ended ? whole : refuse('a closing parenthesis too many');
  }

  /** The empty group is for V8, which else reads a class behind the flags as if it stood inside of them. */
  #cased(text: string, anyCase: boolean): string {
    return anyCase === this.anyCase ? text : `(?:(?${anyCase ? '' : '-'}i:${text})(?:))`;
  }

  #anchor(text: string): Piece {
    this.#skip();
    return this.#reader.sees(/[*+?]|\{\d/y) ? refuse('a repetition of an anchor') : matching(text, 0);
  }

  #literal(point: number): Piece {
    const letter = String.fromCodePoint(point);
    const text = /[\^$\\.*+?()[\]{}|/]/.test(letter) ? `\\${letter}` : letter;
    return matching(this.#cased(text, this.#flags.i));
  }

  #alternatives(lookbehind = false): Piece {
    const set = this.#set;
    const branches: Piece[] = [];
    do {
      this.#set = new Map(set);
      const branch = this.#sequence();
      if (lookbehind && Number.isNaN(branch.width)) refuse('a lookbehind of varying length');
      branches.push(branch);
    } while (this.#reader.take(/\|/y));
    const [first, ...others] = branches as [Piece, ...Piece[]];
    if (others.length === 0) return first;
    this.#set = set;
    const captures = branches.some((branch) => branch.captures);
    return {
      text: branches.map(({ text }) => text).join('|'),
      width: others.every(({ width }) => width === first.width) ? first.width : NaN,
      mayBeEmpty: branches.some((branch) => branch.mayBeEmpty),
      captures,
      loose: captures,
      steps: branches.map(({ steps }) => steps).reduce(eitherOf),
    };
  }

  #sequence(): Piece {
    const whole = matching('', 0);
    for (this.#skip(); !this.#reader.ended && !this.#reader.sees(/[|)]/y); this.#skip()) {
      const set = new Map(this.#set);
      const item = this.#item();
      if (!item) continue;
      this.#skip();
      const { text, width, mayBeEmpty, captures, loose, steps } = this.#quantified(item, set);
      whole.text += text;
      whole.width += width;
      whole.mayBeEmpty &&= mayBeEmpty;
      whole.captures ||= captures;
      whole.loose ||= loose;
      whole.steps = inTurn(whole.steps, steps);
    }
    return whole;
  }

  /** Comments, and white space with option x. */
  #skip(): void {
    while (this.#reader.take(/\(\?#[^)]*\)/y) ?? (this.#flags.x && this.#reader.take(/[\t-\r ]+|#[^\n]*/y)))
      continue;
  }

  #quantified(piece: Piece, set: Map<number, Piece>): Piece {
    const found = this.#reader.take(/(?:([*+?])|\{(\d+)(,?)(\d*)\})([?+]?)/y);
    if (!found) return piece;
    const [text, sign, least = '', comma, most, suffix] = found;
    const min = sign ? Number(sign === '+') : Number(least);
    const max = sign === '?' ? 1 : sign || (comma && !most) ? Infinity : Number(most || least);
    if (suffix === '+') refuse('a possessive quantifier');
    if (min > MAX_REPEAT || (max > MAX_REPEAT && max < Infinity)) refuse('too many repetitions');
    // JavaScript goes on where PCRE2 ends a repetition, and forgets groups where PCRE2 keeps them.
    if (piece.mayBeEmpty && min < max) refuse('a repetition of nothing');
    if (piece.loose && max > 1) refuse('a repetition of a group that may be unset');
    if (min === 0) this.#set = set;
    return {
      text: piece.text + text,
      width: min < max || piece.captures ? NaN : piece.width * min,
      mayBeEmpty: piece.mayBeEmpty || min === 0,
      captures: piece.captures,
      loose: piece.loose || (piece.captures && min === 0),
      steps: repeated(piece.steps, min, max),
    };
  }

  #item(): Piece | undefined {
    if (this.#reader.take(/\(/y)) return this.#group();
    if (this.#reader.take(/\[/y)) return this.#characterClass();
    if (this.#reader.take(/\\/y)) return this.#escape();
    if (this.#reader.take(/\^/y)) return this.#anchor(this.#flags.m ? `(?:^|(?<=\\n)(?=${ANY}))` : '^');
    if (this.#reader.take(/\$/y)) return this.#anchor(this.#flags.m ? `(?!${NO_NEWLINE})` : '(?=\\n?$)');
    if (this.#reader.take(/\./y)) return matching(this.#flags.s ? ANY : NO_NEWLINE);
    if (this.#reader.take(/[*+?]|\{\d*,?\d+,?\}/y)) refuse('a quantifier without what it repeats');
    return this.#literal(this.#reader.next());
  }

  #group(): Piece | undefined {
    const flags = this.#reader.take(/\?([imsx]*)(?:-([imsx]+))?([:)])/y);
    if (flags) return this.#withFlags(flags);
    const look = this.#reader.take(/\?<?[=!]/y)?.[0];
    if (look) return this.#look(look);
    const same = this.#reader.take(/\?P=(\w+)\)/y);
    if (same) return this.#reference(this.#names.get(same[1] as string));
    const name = this.#reader.take(/\?(?:P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)')/y);
    if (!name && this.#reader.take(/[?*]/y)) refuse('a group of a kind that JavaScript does not have');
    const number = ++this.#groups;
    if (name) this.#name((name[1] ?? name[2]) as string, number);
    const inside = this.#inside();
    this.#set.set(number, inside);
    return { ...inside, text: `(${inside.text})`, captures: true };
  }

  #name(name: string, group: number): void {
    if (this.#names.has(name)) refuse('two groups of one name');
    this.#names.set(name, group);
  }

  #withFlags([, on = '', off = '', end]: RegExpExecArray): Piece | undefined {
    const outer = this.#flags;
    this.#flags = { ...outer };
    for (const flag of ['i', 'm', 's', 'x'] as const)
      if (on.includes(flag) || off.includes(flag)) this.#flags[flag] = !off.includes(flag);
    if (end === ')') return undefined;
    const inside = this.#inside(outer);
    return { ...inside, text: `(?:${inside.text})` };
  }

  /** What stands up to the closing parenthesis; flags that it changes hold no longer behind it. */
  #inside(outer = this.#flags, lookbehind = false): Piece {
    const inside = this.#alternatives(lookbehind);
    if (!this.#reader.take(/\)/y)) refuse('a closing parenthesis too few');
    this.#flags = outer;
    return inside;
  }

  #look(kind: string): Piece {
    const set = new Map(this.#set);
    const { text, captures, loose, steps } = this.#inside(this.#flags, kind.includes('<'));
    if (kind.endsWith('!')) this.#set = set;
    return { ...matching(`(${kind}${text})`, 0), captures, loose, steps };
  }

  #reference(group: number | undefined): Piece {
    const to = this.#set.get(group ?? 0) ?? refuse('a reference to a group that may be unset');
    return matching(this.#cased(`(?:\\${group})`, this.#flags.i), NaN, to.mayBeEmpty);
  }

  #escape(): Piece | undefined {
    const letter = String.fromCodePoint(this.#reader.next());
    if (assertions[letter] !== undefined) return this.#anchor(assertions[letter]);
    const set = escapedSet(letter);
    if (set) return matching(this.#cased(`[${classText(set)}]`, this.anyCase && !/w/i.test(letter)));
    switch (letter) {
      case 'b':
      case 'B':
        return this.#anchor(this.#cased(`\\${letter}`, false));
      case 'N':
        return this.#reader.take(/\{/y) ? refuse('\\N{}') : matching(NO_NEWLINE);
      case 'R':
        return matching('(?:\\r\\n|(?!\\r\\n)[\\n-\\r\\x85\\u2028\\u2029])', NaN, false);
      case 'p':
      case 'P':
        return matching(this.#cased(property(this.#reader, letter, this.#flags.i), false));
      case 'Q':
        return this.#quoted();
      case 'E':
        return undefined;
      case 'k': {
        const name = this.#reader.take(/<(\w+)>|'(\w+)'|\{(\w+)\}/y) ?? refuse('\\k');
        return this.#reference(this.#names.get((name[1] ?? name[2] ?? name[3]) as string));
      }
      default:
        if (!/[1-9]/.test(letter)) return this.#literal(character(this.#reader, letter));
        return this.#reference(Number(letter + (this.#reader.take(/\d*/y)?.[0] ?? '')));
    }
  }

  /** Letters as they are up to \E. */
  #quoted(): Piece {
    const [, quoted = ''] = this.#reader.take(/([^]*?)(?:\\E|$)/y) ?? [];
    const letters = Array.from(quoted, (letter) => this.#literal(letter.codePointAt(0) as number).text);
    if (this.#reader.sees(/[*+?{]/y)) refuse('a quantifier behind \\E');
    return matching(letters.join(''), letters.length);
  }

  #characterClass(): Piece {
    if (this.#reader.take(/[:.=][^\]]*[:.=]\]/y)) refuse('a POSIX class outside of a class');
    const start = this.#reader.take(/\^/y) ? '[^' : '[';
    const { i } = this.#flags;
    const ranges: Range[] = [];
    const sets: string[] = [];
    do {
      const from = member(this.#reader, i);
      if (typeof from === 'string') {
        sets.push(from);
        if (this.#reader.take(/-(?!\])/y)) refuse('a range that begins with a set');
      } else if (this.#reader.take(/-(?!\])/y)) {
        const to = member(this.#reader, i);
        ranges.push([from, typeof to === 'string' ? refuse('a range that ends with a set') : to]);
      } else ranges.push([from, from]);
    } while (!this.#reader.take(/\]/y));
    const [inRanges, inSets] = [classText(ranges), sets.join('')];
    if (!i || inSets === '') return matching(this.#cased(`${start}${inRanges}${inSets}]`, i));
    const either = `${this.#cased(`[${inRanges}]`, true)}|${this.#cased(`[${inSets}]`, false)}`;
    return matching(start === '[' ? `(?:${either})` : `(?:(?!${either})${ANY})`);
  }
}
