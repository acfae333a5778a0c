import { expect, test } from 'vitest';
import { compareStrings } from '../bson/compare.ts';
import { Int32, type Doc } from '../bson/types.ts';
import { operators } from '../expression/operators.ts';
import { PAUSE, type Pausing } from '../query/scan.ts';
import { group } from './group.ts';
import type { Pipeline } from './stage.ts';

test('gives a pause among its groups too, for a stage behind it that takes all of them', () => {
  const pipeline = {
    environment: { now: new Date(), operators, variables: new Set<string>() },
    variables: new Map(),
    memory: { bytes: 100_000_000, disk: false },
  } as unknown as Pipeline;
  const source = function* (): Pausing<Doc> {
    for (let k = 0; k < 5000; k++) yield { k: new Int32(k) };
  };
  let [groups, since, longest] = [0, 0, 0];
  for (const item of group({ _id: '$k' }, pipeline)(source())) {
    if (item === PAUSE) since = 0;
    else {
      groups++;
      longest = Math.max(longest, ++since);
    }
  }
  expect(groups).toBe(5000);
  expect(longest).toBeLessThanOrEqual(500);
});

// reference/collation: of many texts, each is not compared with all others.
test('under a collation groups and sets are looked up by halves', () => {
  const WORDS = 3000;
  let asked = 0;
  const strings = (a: string, b: string): number => {
    asked++;
    return compareStrings(a.toLowerCase(), b.toLowerCase());
  };
  const pipeline = {
    environment: { now: new Date(), operators, variables: new Set<string>(), strings },
    variables: new Map(),
    memory: { bytes: 100_000_000, disk: false },
  } as unknown as Pipeline;
  const source = function* (): Pausing<Doc> {
    for (let n = 0; n < WORDS; n++) yield { word: `Word ${(n * 7919) % WORDS}` };
    for (let n = 0; n < WORDS; n++) yield { word: `WORD ${n}` };
  };
  const groupsOf = (spec: Doc): Doc[] =>
    [...group(spec, pipeline)(source())].filter((item): item is Doc => item !== PAUSE);
  expect(groupsOf({ _id: '$word' })).toHaveLength(WORDS);
  const [one] = groupsOf({ _id: null, words: { $addToSet: '$word' } });
  expect(one?.['words']).toHaveLength(WORDS);
  expect(asked).toBeLessThan(4 * WORDS * 50);
});
