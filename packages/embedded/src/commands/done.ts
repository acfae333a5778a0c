import { encode, Raw, type Answer } from '../bson/encode.ts';

export type Result = Record<string, Answer>;

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

  stored(): Raw[] {
    return this.#runs.map(
      (run) => (run.bytes ??= new Raw(encode({ ...run.result, s: run.from, to: run.to }))),
    );
  }
}
