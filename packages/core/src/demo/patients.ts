import { addDays } from '../time.ts';
import { familyNames, givenNames, mobilePrefixes, patientNotes } from './catalogue.ts';
import type { Random } from './random.ts';

export const patientCount = 300;

export interface DemoPatient {
  readonly name: string;
  readonly phone: string;
  readonly email?: string;
  readonly notes?: string;
  /** The local day of the registration. */
  readonly since: string;
}

/** Patients with names, phones, a few notes, registered over the last year. */
export function patientsOf(random: Random, today: string): DemoPatient[] {
  const phones = new Set<string>();
  return Array.from({ length: patientCount }, (_, index) => {
    const given = random.pick(givenNames);
    const family = random.pick(familyNames);
    const name = random.chance(0.25) ? `${given} ${random.pick(givenNames)} ${family}` : `${given} ${family}`;
    let phone = '';
    do {
      phone = `+62${random.pick(mobilePrefixes)}${random.int(10_000_000, 99_999_999)}`;
    } while (phones.has(phone));
    phones.add(phone);
    return {
      name,
      phone,
      ...(random.chance(0.6) && { email: `${given}.${family}${index}@contoh.id`.toLowerCase() }),
      ...(random.chance(0.2) && { notes: random.pick(patientNotes) }),
      since: addDays(today, -random.int(0, 26) * 14),
    };
  });
}
