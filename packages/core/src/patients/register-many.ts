import { z } from 'zod';
import { act } from '../act.ts';
import { recordChanges, sealImported } from '../audit.ts';
import { duplicateIndex } from '../driver-errors.ts';
import {
  isRefused,
  mostRows,
  outcomesOf,
  refusedBy,
  writeFitting,
  type Refused,
  type RowOutcome,
} from '../outcomes.ts';
import { parsed } from '../parsed.ts';
import { e164 } from '../phone.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { patientsCollection } from './collection.ts';
import { newDocument, phoneTakenBy } from './register.ts';
import { NewPatient, type Patient, type PatientId } from './schema.ts';

/** Several patients, each with an outcome of his own. */
export const NewPatients = z.strictObject({ patients: z.array(NewPatient).min(1).max(mostRows) });
export type NewPatients = z.input<typeof NewPatients>;
type Given = z.output<typeof NewPatient>;

/** How often it begins again after somebody else took one of the numbers between our look and our write. */
const attempts = 5;

/**
 * Adds up to 100 patients in one transaction. One that `register` would refuse is refused alone, and its outcome says
 * why; the others are added.
 * @returns for each row, in their order, the id of its patient or what speaks against it
 * @throws CONFLICT_DUPLICATE only in the outcome of a row: somebody has the phone
 */
export async function registerMany(
  clinic: TenantScope,
  input: NewPatients,
): Promise<RowOutcome<PatientId>[]> {
  const given = parsed(NewPatients, input);
  for (let attempt = 1; ; attempt++) {
    try {
      const outcomes = await act(clinic, 'patients.registerMany', given, async (inside) =>
        outcomesOf(await registered(inside, given.patients)),
      );
      await sealImported(clinic);
      return outcomes;
    } catch (error) {
      if (!duplicateIndex(error)?.includes('phone') || attempt === attempts) throw error;
    }
  }
}

async function registered(inside: TenantScope, rows: readonly Given[]): Promise<(Patient | Refused)[]> {
  const { country } = inside.tenant.config;
  const read = rows.map((row) => withPhone(row, country));
  const phones = read.flatMap((row) => (isRefused(row) ? [] : row.phone));
  const patients = within(inside, patientsCollection);
  const there = await patients.find({ phone: { $in: phones } }, { limit: mostRows });
  const taken = new Map<string, Patient | undefined>(there.map((one) => [one.phone, one]));
  const looked = read.map((row) => {
    if (isRefused(row)) return row;
    if (taken.has(row.phone)) return { refused: phoneTakenBy(taken.get(row.phone)) };
    taken.set(row.phone, undefined);
    return row;
  });
  return writeFitting(looked, async (fitting) => {
    const made = await patients.insertMany(fitting.map(newDocument));
    const changed = made.map((after) => ({ before: undefined, after }));
    await recordChanges(inside, 'patients.register', patientsCollection, changed);
    return made;
  });
}

function withPhone(row: Given, country: string): Given | Refused {
  try {
    return { ...row, phone: e164(row.phone, country) };
  } catch (error) {
    return refusedBy(error);
  }
}
