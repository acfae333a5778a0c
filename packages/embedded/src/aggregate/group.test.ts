import { expect, test } from 'vitest';
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
