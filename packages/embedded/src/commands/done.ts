import { encode, Raw, type Answer } from '../bson/encode.ts';
import { Int32 } from '../bson/types.ts';

export type Result = Record<string, Answer>;

const few = [0, 1].map((n) => ({
  n: { n: new Int32(n) },
  both: [0, 1].map((m) => ({ n: new Int32(n), m: new Int32(m) })),
}));

/**
 * What a statement did that counts documents: the very same for the same counts, of which a retryable one has no others.
 * @param m of an update, how many were changed
 */
export function counted(n: number, m?: number): Result {
  if (m === undefined) return few[n]?.n ?? { n: new Int32(n) };
  return few[n]?.both[m] ?? { n: new Int32(n), m: new Int32(m) };
}

const common: ReadonlySet<Result> = new Set(few.flatMap(({ n, both }) => [n, ...both]));
const records = new Map<Result, Buffer>();

interface Run {
  from: number;
  to: number;
  result: Result;
  bytes?: Raw | undefined;
}

/** What the statements of a retryable write did, by their numbers. A long one is stored many times as it grows. */
export class Done {
  readonly #results = new Map<number, Result>();
  /** Those that did the very same, one after another, are one; what will not change any more is encoded once. */
  readonly #runs: Run[] = [];

  get(statement: number): Result | undefined {
    return this.#results.get(statement);
  }

  set(statement: number, result: Result): void {
    this.#results.set(statement, result);
    const last = this.#runs.at(-1);
    if (last?.result === result && last.to === statement - 1) {
      last.to = statement;
      last.bytes = undefined;
    } else this.#runs.push({ from: statement, to: statement, result });
  }

  /** What the file keeps of it. */
  record(): Buffer {
    const [run, another] = this.#runs;
    if (!run || another || run.from !== 0 || run.to !== 0) return this.#encoded();
    // The first statement of most writes says one of few things.
    const known = records.get(run.result);
    if (known) return known;
    const record = this.#encoded();
    if (common.has(run.result)) records.set(run.result, record);
    return record;
  }

  #encoded(): Buffer {
    const done = this.#runs.map(
      (run) => (run.bytes ??= new Raw(encode({ ...run.result, s: run.from, to: run.to }))),
    );
    return encode({ kind: 'write', done });
  }
}
