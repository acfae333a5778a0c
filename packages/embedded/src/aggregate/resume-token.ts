import { Binary, type Doc } from '../bson/types.ts';
import { fail } from '../errors.ts';

/** What stands at the place of a token: an event, the end that an event made, or nothing in particular. */
const kinds = ['event', 'invalidate', 'mark'] as const;
type Kind = (typeof kinds)[number];

/** A resume token: the number of the last event that it is behind of. It looks as MongoDB's do. */
export const tokenOf = (seq: number, kind: Kind): Doc => ({
  _data: `82${hex(seq, 7)}${hex(kinds.indexOf(kind), 1)}04`,
});

const hex = (number: number, bytes: number): string =>
  number
    .toString(16)
    .padStart(bytes * 2, '0')
    .toUpperCase();

/** What follows the part that says the place counts for nothing. */
export function parseToken({ _data: data, _typeBits: bits }: Doc): { seq: number; kind: Kind } {
  if (typeof data !== 'string') return fail(40647, 'Bad resume token: _data of missing or of wrong type');
  if (bits !== undefined && !(bits instanceof Binary))
    fail(40648, 'Bad resume token: _typeBits of wrong type');
  if (data === '') fail(40649, 'Bad resume token: _data is empty');
  if (data.length % 2 !== 0 || !/^[0-9A-F]*$/i.test(data))
    fail('FailedToParse', 'resume token string was not a valid hex string');
  if (!data.startsWith('82')) fail(50811, 'Bad resume token: unknown type of value');
  const kind = kinds[parseInt(data.slice(16, 18), 16)];
  if (!kind) return fail('Overflow', 'Bad resume token: it ends too early');
  return { seq: parseInt(data.slice(2, 16), 16), kind };
}
