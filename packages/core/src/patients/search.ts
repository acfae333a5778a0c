import type { Filter } from '../handle.ts';
import { Page, pageOf, type Paged } from '../page.ts';
import { parsed } from '../parsed.ts';
import { e164Prefix } from '../phone.ts';
import { within, type TenantScope } from '../tenancy.ts';
import { literal, SearchText, searchWords } from '../text.ts';
import { patientsCollection } from './collection.ts';
import type { Patient } from './schema.ts';
import { fromItsEnd, leastInside, searchKey, type keyKinds } from './search-keys.ts';

/** Patients who fit, the most likely first. */
export interface Found extends Paged<Patient> {
  /** False when more patients fit than were looked at: whoever is missing is found by typing more. */
  readonly complete: boolean;
}

/** The most patients that one reading of the index brings. */
export const readingLimit = 200;

/**
 * Patients by what somebody typed: any part of the name, several parts in any order, without regard to case and
 * diacritics; a phone number in any spelling, its beginning or its last digits; the beginning of an email. Who fits
 * exactly comes first, then whose name begins so, then who has a word that begins so, then who has it inside a word;
 * among equals whoever was here last. However many patients a clinic has, a few hundred keys are read at most.
 * @throws VALIDATION when the text is longer than 254 characters
 */
export async function search(clinic: TenantScope, text: string, page: Page = {}): Promise<Found> {
  const wanted = parsed(Page, page);
  const query = queryOf(parsed(SearchText, text), clinic.tenant.config.country);
  const found = new Map<string, Patient>();
  let complete = query.alternatives.length === 0;
  for (const readings of query.alternatives) {
    complete = await readInto(clinic, found, readings);
    if (complete) break;
  }
  if (!complete) await readInto(clinic, found, query.likely);
  const ranked = [...found.values()].flatMap((patient) => {
    const rank = query.rank(patient);
    return rank === undefined ? [] : [{ patient, value: rankKey(rank, patient), id: patient.id }];
  });
  const { items, ...rest } = pageOf(clinic, ['patients.search', text], ranked, wanted);
  return { ...rest, items: items.map(({ patient }) => patient), complete };
}

/** Reads patients to the end, or until a reading is full; says whether it came to the end. */
async function readInto(
  clinic: TenantScope,
  found: Map<string, Patient>,
  readings: readonly Filter<Patient>[],
): Promise<boolean> {
  for (const filter of readings) {
    const some = await within(clinic, patientsCollection).find(filter, { limit: readingLimit });
    for (const patient of some) if (patient.isActive) found.set(patient.id, patient);
    if (some.length === readingLimit) return false;
  }
  return true;
}

interface Query {
  /** What is read where nothing could be read to its end, so that it is not missed among many. */
  readonly likely: readonly Filter<Patient>[];
  /** Lists of readings, each of which finds everybody who fits; the next one is for when one cannot be read to its end. */
  readonly alternatives: readonly (readonly Filter<Patient>[])[];
  /** How well somebody fits, 0 the best, or undefined when he does not. */
  rank(patient: Patient): number | undefined;
}

/** Exported for its tests. */
export function queryOf(text: string, country: string): Query {
  if (text.includes('@')) return emailQuery(text.toLowerCase());
  const prefix = e164Prefix(text, country);
  return prefix === undefined ? nameQuery(searchWords(text)) : phoneQuery(text.replace(/\D/g, ''), prefix);
}

function emailQuery(text: string): Query {
  return {
    likely: [],
    alternatives: [[{ email: startsWith(text) }]],
    rank: ({ email }) => firstOf(email === text, email?.startsWith(text)),
  };
}

function phoneQuery(digits: string, beginning: string): Query {
  const readings = [{ phone: startsWith(beginning) }, keyed('phoneEnd', fromItsEnd(digits))];
  const order = (pair: readonly [boolean, boolean]) => (isRatherAnEnd ? pair.toReversed() : pair);
  // Only what was typed without 0 and without country code got the whole code put in front of it.
  const isRatherAnEnd = beginning.length > digits.length + 1 && beginning.endsWith(digits);
  return {
    likely: [],
    alternatives: [isRatherAnEnd ? readings.toReversed() : readings],
    rank: ({ phone }) =>
      firstOf(phone === beginning, ...order([phone.startsWith(beginning), phone.endsWith(digits)])),
  };
}

/** The most parts of a name that are read one after the other. */
const partsRead = 5;

function nameQuery(parts: readonly string[]): Query {
  const phrase = parts.join(' ');
  const exact = active(searchKey('name', phrase));
  // A longer part of a name is mostly the rarer one, and one that can be read to its end is enough.
  const rarest = parts.toSorted((a, b) => b.length - a.length).slice(0, partsRead);
  return {
    // What begins with a single part is read among the alternatives.
    likely: parts.length > 1 ? [exact, keyed('name', phrase), keyed('word', phrase)] : [exact],
    alternatives: rarest.map((part) => [
      keyed('name', part),
      keyed('word', part),
      ...(isInside(part) ? [keyed('inside', part)] : []),
      ...(isPhoneEnd(part) ? [keyed('phoneEnd', fromItsEnd(part))] : []),
    ]),
    rank: (patient) => (phrase === '' ? undefined : rankByName(patient, parts, phrase)),
  };
}

function rankByName({ name, phone }: Patient, parts: readonly string[], phrase: string): number | undefined {
  const words = searchWords(name);
  const whole = words.join(' ');
  return firstOf(
    whole === phrase,
    whole.startsWith(phrase),
    parts.every((part) => words.some((word) => word.startsWith(part))),
    parts.every(
      (part) =>
        words.some((word) => word.startsWith(part) || (isInside(part) && word.includes(part))) ||
        (isPhoneEnd(part) && phone.endsWith(part)),
    ),
  );
}

const isInside = (part: string) => part.length >= leastInside;
const isPhoneEnd = (part: string) => /^\d{3,}$/.test(part);

function startsWith(text: string): { $regex: string } {
  return { $regex: `^${literal(text)}` };
}

function keyed(kind: keyof typeof keyKinds, text: string): Filter<Patient> {
  return active(startsWith(searchKey(kind, text)));
}

/**
 * Only in this index activity stands before what is looked for. Beside a phone or an email it would lead an engine to an
 * index of everybody who is active, to be looked through.
 */
function active(searchWords: string | { $regex: string }): Filter<Patient> {
  return { isActive: true, searchWords };
}

function firstOf(...tests: readonly (boolean | undefined)[]): number | undefined {
  const index = tests.indexOf(true);
  return index < 0 ? undefined : index;
}

/** Text that sorts as patients do: by rank, the latest visit, the name. */
function rankKey(rank: number, { lastVisitAt, name }: Patient): string {
  return `${rank} ${String(1e15 - (lastVisitAt?.getTime() ?? 0)).padStart(16, '0')} ${name}`;
}
