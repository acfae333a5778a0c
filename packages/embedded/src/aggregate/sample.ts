import { fieldsOf, isDoc, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { encode } from '../bson/encode.ts';
import { safeLong } from '../bson/safe-long.ts';
import { fail } from '../errors.ts';
import { PAUSE } from '../query/scan.ts';
import { paced } from '../query/sorted.ts';
import type { StageMaker } from './stage.ts';

/** So many documents, drawn at random and in random order: what mongosh looks at to complete the names of fields. */
export const sample: StageMaker = (argument, { memory }) => {
  const size = sizeOf(argument);
  return function* (source) {
    const drawn: { doc: Doc; bytes: number }[] = [];
    let bytes = 0;
    let seen = 0;
    for (const item of source) {
      if (item === PAUSE) {
        yield item;
        continue;
      }
      // Each of those seen so far stands at each place as probably as any other, and behind the last place is out.
      const place = Math.floor(Math.random() * ++seen);
      const next = { doc: item as Doc, bytes: encode(item as Doc).length };
      const displaced = place < drawn.length ? drawn[place] : undefined;
      if (drawn.length < size) {
        if (displaced) drawn.push(displaced);
        drawn[place] = next;
        bytes += next.bytes;
      } else if (displaced) {
        drawn[place] = next;
        bytes += next.bytes - displaced.bytes;
      }
      if (bytes > memory.bytes)
        fail('QueryExceededMemoryLimitNoDiskUseAllowed', '$sample exceeded its memory limit');
    }
    for (const item of paced(drawn)) yield item === PAUSE ? item : (item as { doc: Doc }).doc;
  };
};

function sizeOf(argument: Value): number {
  if (!isDoc(argument)) return fail(28745, 'the $sample stage specification must be an object');
  let size: number | undefined;
  for (const [name, value] of fieldsOf(argument)) {
    if (name !== 'size') return fail(28748, `unrecognized option to $sample: ${name}`);
    if (!isNumeric(value)) return fail(28746, 'size argument to $sample must be a number');
    size = safeLong(value);
  }
  if (size === undefined) return fail(28749, '$sample stage must specify a size');
  return size > 0 ? size : fail(28747, 'size argument to $sample must be a positive integer');
}
