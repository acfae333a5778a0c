// Several rows in one transaction, each with an outcome of its own: what is refused is told, and the others are made.
import { isCirceError, type CirceError, type ErrorCode } from './errors.ts';

/** What became of a row: the id of what it made, or the error that it would have thrown alone. */
export type RowOutcome<Id extends string = string> =
  | { readonly id: Id; readonly refused?: never }
  | { readonly id?: never; readonly refused: Pick<CirceError, 'code' | 'message' | 'details'> };

/** The most rows of one call. */
export const mostRows = 100;

/** A row that is not written, and why. */
export interface Refused {
  readonly refused: CirceError;
}

export function isRefused<Row extends object>(row: Row | Refused): row is Refused {
  return 'refused' in row;
}

/** What speaks against a row, and not against all that would be written with it. */
const ofRows: ReadonlySet<ErrorCode> = new Set(['NOT_FOUND', 'VALIDATION', 'CONFLICT_SLOT', 'CONFLICT_DUPLICATE'] as const); // prettier-ignore

/** What was thrown as a row's own outcome; what speaks against more than the row is thrown on. */
export function refusedBy(error: unknown): Refused {
  if (isCirceError(error) && ofRows.has(error.code)) return { refused: error };
  throw error;
}

/** Writes what is not refused, all at once, and answers for every row in its order. */
export async function writeFitting<Row extends object, Made>(
  rows: readonly (Row | Refused)[],
  write: (fitting: readonly Row[]) => Promise<readonly Made[]>,
): Promise<(Made | Refused)[]> {
  const made = (await write(rows.flatMap((row) => (isRefused(row) ? [] : [row])))).values();
  return rows.map((row) => (isRefused(row) ? row : made.next().value!));
}

/** What was made or refused, row by row, as it is answered. */
export function outcomesOf<Id extends string>(
  rows: readonly ({ readonly id: Id } | Refused)[],
): RowOutcome<Id>[] {
  return rows.map((row) => {
    if (!isRefused(row)) return { id: row.id };
    const { code, message, details } = row.refused;
    return { refused: { code, message, details } };
  });
}
