import type { Answer } from '../bson/encode.ts';
import { toNumber } from '../bson/numbers.ts';
import { safeLong } from '../bson/safe-long.ts';
import { isDoc, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { isTrue } from '../expression/boolean.ts';
import { checked } from '../fields.ts';

const fields = {
  w: 'any',
  j: 'flag',
  fsync: 'flag',
  wtimeout: 'any',
  getLastError: 'any',
  provenance: 'string',
} as const;
export const provenances = [
  'clientSupplied',
  'implicitDefault',
  'customDefault',
  'getLastErrorDefaults',
  'internalWriteDefault',
];
/** As many members as a replica set can have. */
const MOST_MEMBERS = 50;

/** Refuses a write concern that has no meaning, before anything is written. */
export function checkWriteConcern(concern: Doc): void {
  const { w, wtimeout, provenance } = checked('WriteConcern', concern, fields);
  checkW(w);
  if (isNumeric(wtimeout) && toNumber(wtimeout) > 0x7fffffff)
    fail('FailedToParse', 'wtimeout must be a 32-bit integer');
  if (provenance !== undefined && !provenances.includes(provenance))
    fail(
      'BadValue',
      `Enumeration value '${provenance}' for field 'WriteConcern.provenance' is not a valid value.`,
    );
}

function checkW(w: Value | undefined): void {
  if (w === undefined || w === null || typeof w === 'string') return;
  if (isNumeric(w)) {
    const members = safeLong(w);
    if (Number.isNaN(toNumber(w)) || !(members >= 0 && members <= MOST_MEMBERS))
      fail('FailedToParse', `w has to be a non-negative number and not greater than ${MOST_MEMBERS}`);
  } else if (!isDoc(w)) fail('FailedToParse', 'w has to be a number, string, or object');
  else {
    const counts = Object.values(w);
    if (counts.length === 0) fail('FailedToParse', 'tagged write concern requires tags');
    if (!counts.every(isNumeric)) fail('FailedToParse', 'tags must be a number');
  }
}

/** Whether a write is acknowledged only when it is on disk: always, unless the client says that it does not care. */
export const waitsForDisk = (concern: Doc = {}): boolean =>
  isTrue(concern['j']) || isTrue(concern['fsync']) || (!isNone(concern) && concern['j'] === undefined);

/** Whether the client wants to know nothing of what its write did. */
export const isUnacknowledged = (concern: Doc = {}): boolean => isNone(concern) && !waitsForDisk(concern);

const isNone = ({ w }: Doc): boolean => isNumeric(w) && safeLong(w) === 0;

/** The write is done, and its answer says that it is not as safe as was asked: there is one member, without tags. */
export function unsatisfied({ w }: Doc = {}): Record<string, Answer> {
  if (isNumeric(w) && safeLong(w) >= 2)
    return unsafe(100, 'UnsatisfiableWriteConcern', 'Not enough data-bearing nodes');
  if (typeof w === 'string' && w !== 'majority')
    return unsafe(
      79,
      'UnknownReplWriteConcern',
      `No write concern mode named '${w}' found in replica set configuration`,
    );
  if (isDoc(w)) return unsafe(4, 'NoSuchKey', `No replica set tag key ${Object.keys(w)[0] ?? ''}`);
  return {};
}

const unsafe = (code: number, codeName: string, errmsg: string): Record<string, Answer> => ({
  writeConcernError: { code, codeName, errmsg },
});
