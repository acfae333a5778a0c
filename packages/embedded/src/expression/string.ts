import { compareStrings } from '../bson/compare.ts';
import { showValue } from '../bson/show.ts';
import { asciiLower, asciiUpper, bounded, codePoints } from '../bson/text.ts';
import { Int32, isNullish, isNumeric, type Numeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { plain, typeName } from './arguments.ts';
import { coercedLong, coercedText } from './coerce.ts';
import type { Operator } from './compile.ts';
import { argumentWords, needIndex, needInt32, ofParts } from './operands.ts';

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
    ['$substr', (argument, environment) => bytesOf(argument, environment, '$substrBytes')],
    ['$substrBytes', bytesOf],
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

/** @param unlike what MongoDB says of what is no text; its type follows */
const needText = (value: Value | undefined, code: number, unlike: string): string =>
  typeof value === 'string' ? value : fail(code, `${unlike} ${typeName(value)}`);

function concat(values: Values): Value {
  let joined = '';
  for (const value of values) {
    if (isNullish(value)) return null;
    joined += needText(value, 16702, '$concat only supports strings, not');
  }
  return bounded(joined);
}

const lengthIn = (code: number, measure: (text: string) => number): Operator =>
  plain(
    1,
    1,
    ([value], _, name) =>
      new Int32(measure(needText(value, code, `${name} requires a string argument, found:`))),
  );

function substring([value, start, length]: Values): Value {
  const text = coercedText(value);
  const words = (what: string, code: number) => ({
    notNumber: [code, `$substrCP: ${what} must be a numeric type (is BSON type `, ')'] as [
      number,
      string,
      string,
    ],
    notWhole: [code + 1, `$substrCP: ${what} cannot be represented as a 32-bit integral value: `] as [
      number,
      string,
    ],
  });
  const from = needInt32(start, words('starting index', 34450));
  const count = needInt32(length, words('length', 34452));
  if (count < 0) fail(34454, '$substrCP: length must be a nonnegative integer.');
  if (from < 0) fail(34455, '$substrCP: the starting index must be nonnegative integer.');
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

/** Also known as $substr, which MongoDB calls by its newer name. */
const bytesOf: Operator = plain(3, 3, substringBytes);

function substringBytes([value, start, length]: Values): Value {
  const bytes = Buffer.from(coercedText(value));
  const from = coercedLong(needNumber(start, 'starting index', 16034));
  const count = coercedLong(needNumber(length, 'length', 16035));
  if (from < 0) fail(50752, `$substrBytes:  starting index must be non-negative (got: ${from})`);
  const to = count < 0 ? bytes.length : from + count;
  const inside = (at: number): boolean => at < bytes.length && ((bytes[at] as number) & 0xc0) === 0x80;
  if (inside(from)) fail(28656, '$substrBytes:  Invalid range, starting index is a UTF-8 continuation byte.');
  if (inside(to))
    fail(28657, '$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 character.');
  return bytes.toString('utf8', Math.min(from, bytes.length), Math.min(to, bytes.length));
}

const needNumber = (value: Value | undefined, what: string, code: number): Numeric =>
  isNumeric(value)
    ? value
    : fail(code, `$substrBytes:  ${what} must be a numeric type (is BSON type ${typeName(value)})`);

const splits = (which: string): string =>
  `$split requires an expression that evaluates to a string as a ${which} argument, found:`;

function split([value, separator]: Values): Value {
  if (isNullish(value) || isNullish(separator)) return null;
  const text = needText(value, 40085, splits('first'));
  const by = needText(separator, 10503900, splits('second'));
  return by === '' ? fail(40087, '$split requires a non-empty separator') : text.split(by);
}

type Find = (text: string, part: string, from: number, to: number) => number;

const indexOf = (code: number, find: Find): Operator =>
  plain(2, 4, ([value, wanted, ...bounds], _, name) => {
    if (isNullish(value)) return null;
    const text = needText(value, code, `${name} requires a string as the first argument, found:`);
    const part = needText(wanted, code + 1, `${name} requires a string as the second argument, found:`);
    const [from = 0, to = Infinity] = bounds.map((bound, at) =>
      needIndex(bound, name, at === 0 ? 'starting' : 'ending', [40096, 40097]),
    );
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

const trimmed = (value: Value, what: string, code: number): string =>
  typeof value === 'string'
    ? value
    : fail(code, `${what} to be a string, got ${showValue(value)} (of type ${typeName(value)}) instead.`);

const trim = (left: boolean, right: boolean): Operator =>
  ofParts(
    {
      notDocument: 50696,
      expects: 'only supports an object as an argument, found',
      unknown: 50694,
      required: { input: 50695 },
      optional: ['chars'],
      words: { ...argumentWords, missing: (name) => `${name} requires an 'input' field` },
    },
    ({ input, chars }, name, given) => {
      if (isNullish(input)) return null;
      const text = trimmed(input, `${name} requires its input`, 50699);
      if ('chars' in given && isNullish(chars)) return null;
      const set = new Set(isNullish(chars) ? spaces : trimmed(chars, `${name} requires 'chars'`, 50700));
      const letters = [...text];
      let [from, to] = [0, letters.length];
      if (left) while (from < to && set.has(letters[from] as string)) from++;
      if (right) while (to > from && set.has(letters[to - 1] as string)) to--;
      return letters.slice(from, to).join('');
    },
  );

const replaced = (value: Value, name: string, part: string, code: number): string =>
  typeof value === 'string'
    ? value
    : fail(code, `${name} requires that '${part}' be a string, found: ${showValue(value)}`);

const replace = (apply: (input: string, find: string, by: string) => string): Operator =>
  ofParts(
    {
      notDocument: 51751,
      expects: 'requires an object as an argument, found:',
      unknown: 51750,
      required: { input: 51749, find: 51748, replacement: 51747 },
    },
    ({ input, find, replacement }, name) => {
      const text = isNullish(input) ? null : replaced(input, name, 'input', 10503904);
      const part = isNullish(find) ? null : replaced(find, name, 'find', 10503901);
      const by = isNullish(replacement) ? null : replaced(replacement, name, 'replacement', 10503902);
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
