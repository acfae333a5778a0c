import { compileRegex, type Pattern } from '../bson/regex.ts';
import { codePoints } from '../bson/text.ts';
import { BSONRegExp, BSONSymbol, Int32, isNullish, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Operator } from './compile.ts';
import { argumentWords, ofParts } from './operands.ts';

export const regexes = (): [string, Operator][] => [
  ['$regexMatch', matching((pattern, input, name) => pattern.test(input, name), false)],
  ['$regexFind', matching((pattern, input, name) => matches(pattern, input, name, 1)[0] ?? null, null)],
  ['$regexFindAll', matching((pattern, input, name) => matches(pattern, input, name), [])],
];

const matches = (pattern: Pattern, input: string, name: string, most = Infinity): Doc[] =>
  pattern.search(input, name, (regex) => matchesOf(regex, input, most));

function matchesOf(from: RegExp, input: string, most: number): Doc[] {
  const found: Doc[] = [];
  let [at, points] = [0, 0];
  do {
    from.lastIndex = at;
    const match = from.exec(input);
    if (!match) break;
    points += codePoints(input, at, match.index);
    const captures = match.slice(1).map((capture: string | undefined) => capture ?? null);
    found.push({ match: match[0], idx: new Int32(points), captures });
    // Behind a match of nothing the search goes on with the next character.
    const length = match[0].length || ((input.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1);
    at = match.index + length;
    points += codePoints(input, match.index, at);
  } while (found.length < most && at < input.length);
  return found;
}

const matching = (
  apply: (pattern: Pattern, input: string, name: string) => Value,
  nothing: Value,
): Operator =>
  ofParts(
    {
      notDocument: 51103,
      expects: 'expects an object of named arguments but found:',
      unknown: 31024,
      required: { input: 31022, regex: 31023 },
      optional: ['options'],
      words: { ...argumentWords, missing: (name, part) => `${name} requires '${part}' parameter` },
    },
    ({ input, regex, options }, name) => {
      const pattern = patternOf(name, regex, options);
      const text = input instanceof BSONSymbol ? input.value : input;
      if (!isNullish(text) && typeof text !== 'string')
        return fail(51104, `${name} needs 'input' to be of type string`);
      return isNullish(text) || !pattern ? nothing : apply(pattern, text, name);
    },
  );

/** The pattern is looked at before the input, and its options before the pattern. */
function patternOf(name: string, regex: Value | undefined, options: Value | undefined): Pattern | undefined {
  if (!isNullish(options) && typeof options !== 'string')
    return fail(51106, `${name} needs 'options' to be of type string`);
  if (isNullish(regex)) return undefined;
  if (!(regex instanceof BSONRegExp) && typeof regex !== 'string')
    return fail(51105, `${name} needs 'regex' to be of type string or regex`);
  const own = typeof regex === 'string' ? '' : regex.options;
  if (own && !isNullish(options))
    fail(51107, `${name}: found regex option(s) specified in both 'regex' and 'option' fields`);
  const pattern = typeof regex === 'string' ? regex : regex.pattern;
  const given = own || (options ?? '');
  if (pattern.includes('\0')) fail(51109, `${name}: regular expression cannot contain an embedded null byte`);
  if (given.includes('\0'))
    fail(51110, `${name}: regular expression options cannot contain an embedded null byte`);
  return compileRegex({ pattern, options: given }, 51111);
}
