import { describe, test } from 'vitest';

/** Tests rules, a row each, under the pages of the manual that state them. */
export function describePages<Row extends [page: string, promise: string, ...unknown[]]>(
  rows: Row[],
  run: (row: Row) => Promise<void>,
): void {
  for (const [page, ofPage] of Map.groupBy(rows, ([name]) => name))
    describe(page, () => {
      for (const row of ofPage) test(row[1], () => run(row));
    });
}
