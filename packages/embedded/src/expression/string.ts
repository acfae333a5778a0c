import { compareStrings } from '../bson/compare.ts';
import { asciiLower, asciiUpper, bounded, codePoints } from '../bson/text.ts';
import { Int32, isNullish, isNumeric, type Numeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { plain, typeName } from './arguments.ts';
import { coercedLong, coercedText } from './coerce.ts';
import type { Operator } from './compile.ts';
import { needInt32, ofParts } from './operands.ts';

type Values = (Value | undefined)[];

export function strings(): [string, Operator][] {
  return [
    ['$concat', plain(0, Infinity, concat)],
    ['$toLower', plain(1, 1, ([value]) => asciiLower(coercedText(value)))],
    ['$toUpper', plain(1, 1, ([value]) => asciiUpper(coercedText(value)))],
    [
      '$strcasecmp',
      plain(2, 2, (values) => {
        const [a = '', b = ''] = values.map((value) => asciiUpper(coercedText(value)));
        return new Int32(Math.sign(compareStrings(a, b)));
      }),
    ],
    ['$strLenCP', lengthIn(34471, codePoints)],
    ['$strLenBytes', lengthIn(34473, (text) => Buffer.byteLength(text))],
    ['$substrCP', plain(3, 3, substring)],
    ['$substr', plain(3, 3, substringBytes)],
    ['$substrBytes', plain(3, 3, substringBytes)],
    ['$split', plain(2, 2, split)],
    ['$indexOfCP', indexOf(40093, inPoints)],
    ['$indexOfBytes', indexOf(40091, inBytes)],
    ['$trim', trim(true, true)],
    ['$ltrim', trim(true, false)],
    ['$rtrim', trim(false, true)],
    [
      '$replaceOne',
      replace((input, find, by) => {
        const at = input.indexOf(find);
        return at < 0 ? input : input.slice(0, at) + by + input.slice(at + find.length);
      }),
    ],
    ['$replaceAll', replace(replaceAll)],
  ];
}

const needText = (value: Value | undefined, what: string, code: number): string =>
  typeof value === 'string' ? value : fail(code, `${what} must be a string, found: ${typeName(value)}`);

function concat(values: Values): Value {
  let joined = '';
  for (const value of values) {
    if (isNullish(value)) return null;
    joined += needText(value, 'What $concat joins', 16702);
  }
  return bounded(joined);
}

const lengthIn = (code: number, measure: (text: string) => number): Operator =>
  plain(1, 1, ([value], _, name) => new Int32(measure(needText(value, `The argument of ${name}`, code))));

function substring([value, start, length]: Values): Value {
  const text = coercedText(value);
  const from = needInt32(start, '$substrCP: starting index', 34450, 34451);
  const count = needInt32(length, '$substrCP: length', 34452, 34453);
  if (count < 0) fail(34454, '$substrCP: length must be a nonnegative integer.');
  if (from < 0) fail(34455, '$substrCP: the starting index must be nonnegative');
  const first = unitAt(text, from);
  return text.slice(first, unitAt(text, count, first));
}

/** Where JavaScript's index is so many code points behind another one; the end when there are fewer. */
function unitAt(text: string, points: number, from = 0): number {
  let at = from;
  for (let left = points; left > 0 && at < text.length; left--)
    at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return at;
}

function substringBytes([value, start, length]: Values): Value {
  const bytes = Buffer.from(coercedText(value));
  const from = coercedLong(needNumber(start, 'starting index', 16034));
  const count = coercedLong(needNumber(length, 'length', 16035));
  if (from < 0) fail(50752, `$substrBytes: starting index must be non-negative (got: ${from})`);
  const to = count < 0 ? bytes.length : from + count;
  const inside = (at: number): boolean => at < bytes.length && ((bytes[at] as number) & 0xc0) === 0x80;
  if (inside(from)) fail(28656, '$substrBytes: Invalid range, starting index is a UTF-8 continuation byte.');
  if (inside(to))
    fail(28657, '$substrBytes: Invalid range, ending index is in the middle of a UTF-8 character.');
  return bytes.toString('utf8', Math.min(from, bytes.length), Math.min(to, bytes.length));
}

const needNumber = (value: Value | undefined, what: string, code: number): Numeric =>
  isNumeric(value)
    ? value
    : fail(code, `$substrBytes: ${what} must be a numeric type (is BSON type ${typeName(value)})`);

function split([value, separator]: Values): Value {
  if (isNullish(value) || isNullish(separator)) return null;
  const text = needText(value, "$split's first argument", 40085);
  const by = needText(separator, "$split's second argument", 10503900);
  return by === '' ? fail(40087, '$split requires a non-empty separator') : text.split(by);
}

type Find = (text: string, part: string, from: number, to: number) => number;

const indexOf = (code: number, find: Find): Operator =>
  plain(2, 4, ([value, wanted, ...bounds], _, name) => {
    if (isNullish(value)) return null;
    const text = needText(value, `${name}'s first argument`, code);
    const part = needText(wanted, `${name}'s second argument`, code + 1);
    const [from = 0, to = Infinity] = bounds.map((bound) => {
      const index = needInt32(bound, `${name}: index`, 40096);
      return index < 0 ? fail(40097, `${name} requires a nonnegative index, found: ${index}`) : index;
    });
    return new Int32(find(text, part, from, to));
  });

/** A match has to begin inside of the bounds, and may end outside. */
function inPoints(text: string, part: string, from: number, to: number): number {
  if (text === '' && part === '' && from === 0) return 0;
  const first = unitAt(text, from);
  const found = text.indexOf(part, first);
  if (found < 0 || found === text.length) return -1;
  const index = from + codePoints(text, first, found);
  return index < to ? index : -1;
}

/** A match has to lie inside of the bounds; nothing is found at the end too. */
function inBytes(text: string, part: string, from: number, to: number): number {
  const bytes = Buffer.from(text).subarray(0, to);
  return from > bytes.length ? -1 : bytes.indexOf(part, from);
}

const spaces = [...'\0 \t\n\v\f\r\u00a0\u1680', ...Array.from({ length: 11 }, (_, at) => String.fromCharCode(0x2000 + at))]; // prettier-ignore

const trim = (left: boolean, right: boolean): Operator =>
  ofParts(
    { notDocument: 50696, unknown: 50694, required: { input: 50695 }, optional: ['chars'] },
    ({ input, chars }, name, given) => {
      if (isNullish(input)) return null;
      const text = needText(input, `${name}'s input`, 50699);
      if ('chars' in given && isNullish(chars)) return null;
      const set = new Set(isNullish(chars) ? spaces : needText(chars, `${name}'s chars`, 50700));
      const letters = [...text];
      let [from, to] = [0, letters.length];
      if (left) while (from < to && set.has(letters[from] as string)) from++;
      if (right) while (to > from && set.has(letters[to - 1] as string)) to--;
      return letters.slice(from, to).join('');
    },
  );

const replace = (apply: (input: string, find: string, by: string) => string): Operator =>
  ofParts(
    {
      notDocument: 51751,
      unknown: 51750,
      required: { input: 51749, find: 51748, replacement: 51747 },
    },
    ({ input, find, replacement }, name) => {
      const text = isNullish(input) ? null : needText(input, `${name}'s input`, 10503904);
      const part = isNullish(find) ? null : needText(find, `${name}'s find`, 10503901);
      const by = isNullish(replacement) ? null : needText(replacement, `${name}'s replacement`, 10503902);
      return text === null || part === null || by === null ? null : bounded(apply(text, part, by));
    },
  );

/** MongoDB puts the replacement of nothing between bytes, which breaks characters of more than one. */
function replaceAll(input: string, find: string, by: string): string {
  if (find !== '') return input.split(find).join(by);
  if (Buffer.byteLength(input) > input.length)
    fail('BadValue', "$replaceAll with an empty 'find' would break the characters of 'input'");
  return ['', ...input, ''].join(by);
}
