// Answers for people. Programs ask for --json.
import { UsageError } from '../usage.ts';
import { chosenColumns, fieldsOf, isRecord, listIn, type Row } from './columns.ts';

/** The longest that a cell may be, in characters. */
const widest = 40;

/** How wide a table is where no terminal says it, in characters. */
const page = 120;

export interface Wanted {
  /** The fields that somebody asked for, in his order. */
  readonly columns?: readonly string[] | undefined;
  /** Fields that there are although this answer has none of them. */
  readonly known?: ReadonlySet<string>;
  /** How wide the terminal is. */
  readonly width?: number | undefined;
}

export interface Table {
  readonly lines: readonly string[];
  /** What a list has and its table does not show. */
  readonly hidden: readonly string[];
}

/**
 * An answer as lines: a table of a list, a line for each field of one thing.
 * @throws UsageError when a column is asked for that there is not, naming those there are
 */
export function tableOf(answer: unknown, wanted: Wanted = {}): Table {
  const list = listIn(answer);
  if (list) return listed(list, wanted);
  if (!isRecord(answer)) return { lines: [cell(answer)], hidden: [] };
  const fields = asked([answer], wanted) ?? fieldsOf([answer]);
  return { lines: aligned(fields.map((field) => [field, cell(answer[field], Infinity)])), hidden: [] };
}

function listed(items: readonly unknown[], wanted: Wanted): Table {
  if (items.length === 0) return { lines: [], hidden: [] };
  const rows = items.map((item) => (isRecord(item) ? item : { value: item }));
  const given = asked(rows, wanted);
  const cells = (field: string) => [field, ...rows.map((row) => cell(row[field]))];
  const widthOf = (field: string) => Math.max(...cells(field).map((text) => text.length)) + 2;
  const fields = given ?? chosenColumns(rows, (wanted.width ?? page) + 2, widthOf);
  const lines = aligned([fields, ...rows.map((row) => fields.map((field) => cell(row[field])))]);
  const hidden = given ? [] : fieldsOf(rows).filter((field) => !fields.includes(field));
  return { lines, hidden };
}

function asked(rows: readonly Row[], { columns, known }: Wanted): readonly string[] | undefined {
  const there = fieldsOf(rows);
  const unknown = columns?.find((column) => !there.includes(column) && !known?.has(column));
  if (unknown === undefined) return columns;
  throw new UsageError(`--columns: there is no "${unknown}". There are: ${there.join(', ')}`);
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What somebody typed into a name or a note must not steer the terminal of who reads it. */
function cell(value: unknown, longest = widest): string {
  const text = written(value).replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ');
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function written(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z');
  if (Array.isArray(value) && !value.some(isRecord)) return value.map(String).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
