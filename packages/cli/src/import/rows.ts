import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { failureOf, type ErrorCode } from '@paper-circe/api';
import type { CsvRecord } from './csv.ts';
import type { Entry, Kind, Row } from './kinds/kind.ts';
import type { Sheet } from './sheet.ts';

/** What became of a row, or would. */
export interface Outcome {
  /** The line of the file on which the row begins. */
  readonly line: number;
  /** `new` was not added yet, `double` is the same as an earlier row. */
  readonly outcome: 'new' | 'added' | 'exists' | 'double' | 'refused';
  readonly field?: string;
  readonly message?: string;
}

export interface Pass {
  readonly kind: Kind;
  readonly sheet: Sheet;
  readonly read: (row: Row) => Entry | Promise<Entry>;
  /** Whether rows are added, and not only looked at. */
  readonly write: boolean;
}

/** What speaks against the whole import and not against a row. */
const final: ReadonlySet<ErrorCode | 'INTERNAL'> = new Set([
  'UNAUTHENTICATED', 'FORBIDDEN', 'QUOTA_EXCEEDED', 'RATE_LIMITED', 'UNAVAILABLE', 'INTERNAL',
] as const); // prettier-ignore

/** Goes through a file once and tells of each row in its order. Memory grows by some sixty bytes for each row. */
export async function* outcomes(pass: Pass): AsyncGenerator<Outcome, void> {
  const seen = new Map<string, number>();
  // Whether the caller may add anything at all is found out with the first row, before any is added.
  const open = { trial: true };
  for await (const batch of inBatches(pass.sheet.rows(), pass.kind.atOnce)) {
    const entries = await Promise.all(batch.map((record) => entryOf(pass, record)));
    const fresh = entries.map((one) => ('entry' in one ? withoutDoubles(one, seen) : one));
    yield* await Promise.all(fresh.map(async (one) => ('entry' in one ? outcomeOf(pass, one, open) : one)));
  }
}

interface Read {
  readonly line: number;
  readonly entry: Entry;
}

async function entryOf({ sheet, read }: Pass, record: CsvRecord): Promise<Read | Outcome> {
  const { line } = record;
  try {
    return { line, entry: await patiently(async () => read(sheet.read(record))) };
  } catch (error) {
    return refused(line, error);
  }
}

function withoutDoubles(one: Read, seen: Map<string, number>): Read | Outcome {
  const key = hash(one.entry.identity).slice(0, 16);
  const before = seen.get(key);
  if (before !== undefined) {
    return { line: one.line, outcome: 'double', message: `This is the same as line ${before}.` };
  }
  seen.set(key, one.line);
  return one;
}

async function outcomeOf(
  { kind, write }: Pass,
  { line, entry }: Read,
  open: { trial: boolean },
): Promise<Outcome> {
  try {
    const { exists } = entry;
    if (exists && (await patiently(exists))) return { line, outcome: 'exists' };
    if (write) {
      // Where nothing else refuses it, the same row of two imports at once is done once.
      const asked = exists ? { idempotencyKey: `import/${hash(entry.identity)}` } : {};
      await patiently(() => entry.add(asked));
      return { line, outcome: 'added' };
    }
    const { trial } = open;
    open.trial = false;
    if (kind.tried || trial) await patiently(() => entry.add({ dryRun: true }));
    return { line, outcome: 'new' };
  } catch (error) {
    const failure = failureOf(error);
    if (failure?.code === 'CONFLICT_DUPLICATE' && failure.details.field !== 'idempotencyKey') {
      return { line, outcome: 'exists', message: failure.message };
    }
    return refused(line, error);
  }
}

/** What was thrown as a word against a row; thrown again where it is none. */
function refused(line: number, error: unknown): Outcome {
  const failure = failureOf(error);
  if (!failure || final.has(failure.code)) throw error;
  if (failure.code === 'VALIDATION') {
    const [issue] = failure.details.issues;
    return { line, outcome: 'refused', field: issue?.path ?? '', message: issue?.message ?? failure.message };
  }
  const why =
    failure.code === 'CONFLICT_SLOT'
      ? [...new Set(failure.details.reasons.map(({ code }) => code))].join(', ')
      : '';
  return { line, outcome: 'refused', message: [failure.message, why].filter(Boolean).join(' ') };
}

/** Waits as long as the server asks to when calls are too many. */
async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let waits = 0; ; waits++) {
    try {
      return await work();
    } catch (error) {
      const failure = failureOf(error);
      if (failure?.code !== 'RATE_LIMITED' || waits === mostWaits) throw error;
      await setTimeout(failure.details.retryAfterSeconds * 1000);
    }
  }
}

const mostWaits = 20;

async function* inBatches(rows: AsyncIterable<CsvRecord>, atOnce: number): AsyncGenerator<CsvRecord[]> {
  let batch: CsvRecord[] = [];
  for await (const row of rows) {
    if (batch.push(row) < atOnce) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
