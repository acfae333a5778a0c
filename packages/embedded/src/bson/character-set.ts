/** Sets of characters as PCRE2 has them without Unicode properties: of ASCII, but for white space. */

export type Range = readonly [from: number, to: number];

const digit: Range[] = [[48, 57]];
const upper: Range[] = [[65, 90]];
const lower: Range[] = [[97, 122]];
const space: Range[] = [[9, 13], [32, 32]]; // prettier-ignore
const word: Range[] = [...digit, ...upper, [95, 95], ...lower];
const one = (...codes: number[]): Range[] => codes.map((code) => [code, code]);

/** What \d, \h, \s, \v and \w stand for; a capital letter stands for everything else. */
const escaped: Record<string, Range[]> = {
  d: digit,
  h: [...one(0x09, 0x20, 0xa0, 0x1680, 0x180e), [0x2000, 0x200a], ...one(0x202f, 0x205f, 0x3000)],
  s: space,
  v: [[10, 13], ...one(0x85), [0x2028, 0x2029]],
  w: word,
};

const posix: Record<string, Range[]> = {
  alnum: [...digit, ...upper, ...lower],
  alpha: [...upper, ...lower],
  ascii: [[0, 127]],
  blank: one(9, 32),
  cntrl: [[0, 31], ...one(127)],
  digit,
  graph: [[33, 126]],
  lower,
  print: [[32, 126]],
  punct: [[33, 47], [58, 64], [91, 96], [123, 126]], // prettier-ignore
  space,
  upper,
  word,
  xdigit: [...digit, [65, 70], [97, 102]],
};

/** Everything but some ranges, which stand in their order. */
function others(ranges: readonly Range[]): Range[] {
  const found: Range[] = [];
  let from = 0;
  for (const [first, last] of ranges) {
    if (first > from) found.push([from, first - 1]);
    from = last + 1;
  }
  return [...found, [from, 0x10ffff]];
}

export function escapedSet(letter: string): Range[] | undefined {
  const set = escaped[letter.toLowerCase()];
  return set && letter !== letter.toLowerCase() ? others(set) : set;
}

/** A POSIX class by its name; letters of one case are letters of either when case does not matter. */
export function posixSet(name: string, negated: boolean, anyCase: boolean): Range[] | undefined {
  const set = posix[anyCase && (name === 'upper' || name === 'lower') ? 'alpha' : name];
  return set && negated ? others(set) : set;
}

const code = (point: number): string => `\\u{${point.toString(16)}}`;

/** Ranges as the inside of a character class of JavaScript. */
export const classText = (ranges: readonly Range[]): string =>
  ranges.map(([from, to]) => (from === to ? code(from) : `${code(from)}-${code(to)}`)).join('');
