import type { Doc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { checked } from '../fields.ts';
import type { Command } from './context.ts';
import type { SessionOptions } from './session-options.ts';
import { provenances } from './write-concern.ts';

const fields = {
  level: 'string',
  afterClusterTime: 'timestamp',
  atClusterTime: 'timestamp',
  provenance: 'string',
} as const;
const levels = ['local', 'available', 'majority', 'linearizable', 'snapshot'];
const transactionLevels = ['local', 'majority', 'snapshot'];

/** Refuses a read concern that has no meaning, and one that the command or the transaction cannot have. */
export function checkReadConcern(
  name: string,
  command: Command,
  concern: Doc,
  { transaction }: SessionOptions,
): void {
  const { level, afterClusterTime, atClusterTime, provenance } = checked('readConcern', concern, fields);
  for (const [field, value, known] of [
    ['level', level, levels],
    ['provenance', provenance, provenances],
  ] as const)
    if (value !== undefined && !known.includes(value))
      fail('BadValue', `Enumeration value '${value}' for field 'readConcern.${field}' is not a valid value.`);
  if (afterClusterTime?.isZero()) fail('InvalidOptions', 'afterClusterTime cannot be a null timestamp');
  if (atClusterTime !== undefined && level !== 'snapshot')
    fail('InvalidOptions', "atClusterTime field can be set only if level is equal to 'snapshot'");
  if (transaction === 'continue')
    fail('InvalidOptions', 'Only the first command in a transaction may specify a readConcern');
  if (level === undefined || level === 'local') return;
  if (transaction && !transactionLevels.includes(level))
    fail(
      'InvalidOptions',
      "The readConcern level must be either 'local' (default), 'majority' or 'snapshot' in order to run in a transaction",
    );
  if (!transaction && (!command.reads || level === 'snapshot'))
    fail('InvalidOptions', `Command ${name} does not support { readConcern: { level: "${level}" } }`);
}
