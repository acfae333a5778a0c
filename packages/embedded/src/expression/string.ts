import { compareStrings } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { BSONRegExp, BSONSymbol, Int32, isNullish, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { compileRegex } from '../bson/regex.ts';
import { named, plain, typeName } from './arguments.ts';
import { textOf } from './convert.ts';
import type { Operator } from './compile.ts';

export function strings(): [string, Operator][] {
  return [
    [
      '$concat',
      plain(0, Infinity, (values) => {
        let joined: string | null = '';
        for (const value of values) {
          if (isNullish(value)) joined = null;
          else if (typeof value !== 'string')
            fail(16702, `$concat only supports strings, not ${typeName(value)}`);
          else if (joined !== null) joined += value;
        }
        return joined;
      }),
    ],
    ['$toLower', plain(1, 1, ([value]) => textOf(value).toLowerCase())],
    ['$toUpper', plain(1, 1, ([value]) => textOf(value).toUpperCase())],
    [
      '$strcasecmp',
      plain(
        2,
        2,
        ([a, b]) => new Int32(Math.sign(compareStrings(textOf(a).toUpperCase(), textOf(b).toUpperCase()))),
      ),
    ],
    ['$strLenCP', plain(1, 1, ([value]) => new Int32([...needText(value, '$strLenCP', 34471)].length))],
    [
      '$strLenBytes',
      plain(1, 1, ([value]) => new Int32(Buffer.byteLength(needText(value, '$strLenBytes', 34473)))),
    ],
    [
      '$substrCP',
      plain(3, 3, ([value, start, length]) =>
        substring([...textOf(value)], start, length, '$substrCP').join(''),
      ),
    ],
    ['$substr', plain(3, 3, substringBytes)],
    ['$substrBytes', plain(3, 3, substringBytes)],
    [
      '$split',
      plain(2, 2, ([value, separator]) => {
        if (isNullish(value) || isNullish(separator)) return null;
        if (typeof value !== 'string')
          return fail(
            40085,
            `$split requires an expression that evaluates to a string as a first argument, found: ${typeName(value)}`,
          );
        if (typeof separator !== 'string')
          return fail(
            40086,
            `$split requires an expression that evaluates to a string as a second argument, found: ${typeName(separator)}`,
          );
        return separator === ''
          ? fail(40087, '$split requires a non-empty separator')
          : value.split(separator);
      }),
    ],
    ['$indexOfCP', plain(2, 4, ([value, part, from, to]) => indexOf(value, part, from, to, '$indexOfCP'))],
    ['$trim', trim('$trim', true, true)],
    ['$ltrim', trim('$ltrim', true, false)],
    ['$rtrim', trim('$rtrim', false, true)],
    ['$regexMatch', regex('$regexMatch', (pattern, input) => pattern.test(input), false)],
    ['$regexFind', regex('$regexFind', (pattern, input) => describe(pattern.exec(input), input), null)],
    [
      '$regexFindAll',
      regex(
        '$regexFindAll',
        (pattern, input) =>
          [...input.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(
            (match) => describe(match, input) as Doc,
          ),
        [],
      ),
    ],
    [
      '$replaceOne',
      replace('$replaceOne', (input, find, by) => {
        const at = input.indexOf(find);
        return at < 0 ? input : input.slice(0, at) + by + input.slice(at + find.length);
      }),
    ],
    [
      '$replaceAll',
      replace('$replaceAll', (input, find, by) => (find === '' ? input : input.split(find).join(by))),
    ],
  ];
}

const needText = (value: Value | undefined, name: string, code: number): string =>
  typeof value === 'string'
    ? value
    : fail(code, `${name} requires a string argument, found: ${typeName(value)}`);

const wholeNumber = (value: Value | undefined, name: string): number =>
  isNumeric(value) && Number.isInteger(toNumber(value))
    ? toNumber(value)
    : fail(34450, `${name}: starting index and length must be integers, found ${typeName(value)}`);

function substring<Part>(
  parts: Part[],
  start: Value | undefined,
  length: Value | undefined,
  name: string,
): Part[] {
  const from = wholeNumber(start, name);
  const count = wholeNumber(length, name);
  if (from < 0) fail(34455, `${name}: the starting index must be non-negative`);
  if (count < 0) fail(34454, `${name}: length must be a nonnegative integer`);
  return parts.slice(from, from + count);
}

function substringBytes([value, start, length]: (Value | undefined)[]): Value {
  const bytes = Buffer.from(textOf(value));
  const from = wholeNumber(start, '$substrBytes');
  const count = wholeNumber(length, '$substrBytes');
  if (from < 0) fail(50752, `$substrBytes: starting index must be non-negative (got: ${from})`);
  const to = count < 0 ? bytes.length : Math.min(bytes.length, from + count);
  const inside = (at: number): boolean => at < bytes.length && ((bytes[at] as number) & 0xc0) === 0x80;
  if (inside(from)) fail(28656, '$substrBytes: Invalid range, starting index is a UTF-8 continuation byte.');
  if (inside(to))
    fail(28657, '$substrBytes: Invalid range, ending index is in the middle of a UTF-8 character.');
  return bytes.toString('utf8', Math.min(from, to), to);
}

function indexOf(
  value: Value | undefined,
  part: Value | undefined,
  from: Value | undefined,
  to: Value | undefined,
  name: string,
): Value {
  if (isNullish(value)) return null;
  if (typeof value !== 'string')
    return fail(40093, `${name} requires a string as the first argument, found: ${typeName(value)}`);
  if (typeof part !== 'string')
    return fail(40094, `${name} requires a string as the second argument, found: ${typeName(part)}`);
  const letters = [...value];
  const first = from === undefined ? 0 : wholeNumber(from, name);
  const last = to === undefined ? letters.length : Math.min(letters.length, wholeNumber(to, name));
  if (first < 0 || last < 0) fail(40097, `${name} requires a nonnegative index`);
  const found = letters.slice(first, Math.max(first, last)).join('').indexOf(part);
  return new Int32(
    found < 0 || first > letters.length
      ? -1
      : first + [...letters.slice(first).join('').slice(0, found)].length,
  );
}

const spaces = [
  '\0',
  ' ',
  '\t',
  '\n',
  '\v',
  '\f',
  '\r',
  '\u00a0',
  '\u1680',
  ...Array.from({ length: 11 }, (_, at) => String.fromCharCode(0x2000 + at)),
];

const trim = (name: string, left: boolean, right: boolean): Operator =>
  named(name, ['input', 'chars'], ['input'], ({ input, chars }, given) => {
    if (isNullish(input) || (given.has('chars') && isNullish(chars))) return null;
    if (typeof input !== 'string')
      return fail(50699, `${name} requires its input to be a string, got ${typeName(input)}`);
    if (chars !== undefined && typeof chars !== 'string')
      return fail(50700, `${name} requires 'chars' to be a string, got ${typeName(chars)}`);
    const set = typeof chars === 'string' ? [...chars] : spaces;
    const letters = [...input];
    let from = 0;
    let to = letters.length;
    if (left) while (from < to && set.includes(letters[from] as string)) from++;
    if (right) while (to > from && set.includes(letters[to - 1] as string)) to--;
    return letters.slice(from, to).join('');
  });

function describe(match: RegExpExecArray | RegExpMatchArray | null, input: string): Doc | null {
  if (!match) return null;
  return {
    match: match[0],
    idx: new Int32([...input.slice(0, match.index ?? 0)].length),
    captures: match.slice(1).map((capture) => (capture as string | undefined) ?? null),
  };
}

const regex = (name: string, apply: (pattern: RegExp, input: string) => Value, nothing: Value): Operator =>
  named(name, ['input', 'regex', 'options'], ['input', 'regex'], ({ input, regex: given, options }) => {
    if (isNullish(input) || isNullish(given)) return nothing;
    const text = input instanceof BSONSymbol ? input.value : input;
    if (typeof text !== 'string') return fail(51104, `${name} needs 'input' to be of type string`);
    if (!isNullish(options) && typeof options !== 'string')
      return fail(51106, `${name} needs 'options' to be of type string`);
    if (!(given instanceof BSONRegExp) && typeof given !== 'string')
      return fail(51105, `${name} needs 'regex' to be of type string or regex`);
    const own = given instanceof BSONRegExp ? given.options : '';
    if (own && !isNullish(options))
      fail(51107, `${name}: found regex options specified in both 'regex' and 'options' fields`);
    return apply(
      compileRegex(
        new BSONRegExp(given instanceof BSONRegExp ? given.pattern : given, own || (options ?? '')),
      ),
      text,
    );
  });

const replace = (name: string, apply: (input: string, find: string, by: string) => string): Operator =>
  named(
    name,
    ['input', 'find', 'replacement'],
    ['input', 'find', 'replacement'],
    ({ input, find, replacement }) => {
      for (const [what, value] of Object.entries({ input, find, replacement }))
        if (!isNullish(value) && typeof value !== 'string')
          fail(51746, `${name} requires that '${what}' be a string, found: ${typeName(value)}`);
      if (isNullish(input) || isNullish(find) || isNullish(replacement)) return null;
      return apply(input as string, find as string, replacement as string);
    },
  );
