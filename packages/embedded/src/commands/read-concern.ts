import type { Doc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { checked } from '../fields.ts';
import { provenances } from './write-concern.ts';

const fields = {
  level: 'string',
  afterClusterTime: 'timestamp',
  atClusterTime: 'timestamp',
  provenance: 'string',
} as const;
const levels = ['local', 'available', 'majority', 'linearizable', 'snapshot'];

/** Refuses a read concern that has no meaning, and a snapshot outside of a transaction. */
export function checkReadConcern(concern: Doc, inTransaction: boolean): void {
  const { level, atClusterTime, provenance } = checked('readConcern', concern, fields);
  for (const [name, value, known] of [
    ['level', level, levels],
    ['provenance', provenance, provenances],
  ] as const)
    if (value !== undefined && !known.includes(value))
      fail('BadValue', `Enumeration value '${value}' for field 'readConcern.${name}' is not a valid value.`);
  if (atClusterTime !== undefined && level !== 'snapshot')
    fail('InvalidOptions', "atClusterTime field can be set only if level is equal to 'snapshot'");
  if (level === 'snapshot' && !inTransaction)
    fail('InvalidOptions', 'read concern snapshot outside of a transaction is not supported');
}
