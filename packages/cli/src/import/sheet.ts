import { columnsOf, type Columns, type Field } from './columns.ts';
import { records, type CsvRecord } from './csv.ts';
import { decoded } from './decoded.ts';
import type { Row } from './kinds/kind.ts';
import { refusal } from './refusal.ts';
import { textOf } from './values.ts';

export interface SheetOptions {
  readonly encoding?: string | undefined;
  readonly delimiter?: string | undefined;
  /** `field=Heading` */
  readonly map: readonly string[];
}

/** A file whose columns are known; its rows can be read more than once. */
export interface Sheet {
  readonly headings: readonly string[];
  readonly columns: Columns;
  rows(): AsyncGenerator<CsvRecord, void>;
  /** @throws VALIDATION when it has more columns than the headings, or something required is empty */
  read(record: CsvRecord): Row;
}

/**
 * Opens a file by its first record, the headings.
 * @throws VALIDATION when it is no CSV; UsageError when a field has no column
 */
export async function openSheet(
  file: string,
  fields: readonly Field[],
  { encoding, delimiter, map }: SheetOptions,
): Promise<Sheet> {
  const all = () => records(decoded(file, encoding), delimiter);
  const beginning = all();
  const head = await beginning.next();
  // Closes the file: its rows are read from the beginning again, and more than once.
  await beginning.return();
  if (head.done) throw refusal('file', 'This is empty.');
  const headings = head.value.cells;
  const columns = columnsOf(fields, headings, map);
  return {
    headings,
    columns,
    async *rows() {
      const rest = all();
      await rest.next();
      yield* rest;
    },
    read({ cells }) {
      // Fewer are no mistake: Excel leaves out the last cells of rows, sixteen at a time, where all of them are empty.
      if (cells.slice(headings.length).some((cell) => cell.trim() !== '')) {
        throw refusal('row', `This has ${cells.length} cells where the headings are ${headings.length}.`);
      }
      return rowOf(fields, headings, columns, cells);
    },
  };
}

function rowOf(
  fields: readonly Field[],
  headings: readonly string[],
  { of }: Columns,
  cells: readonly string[],
): Row {
  const row: Record<string, string> = {};
  for (const { name, required } of fields) {
    const places = of.get(name) ?? [];
    const told = (at: number, text: string) =>
      places.length > 1 && text !== '' ? `${headings[at]?.trim()}: ${text}` : text;
    const texts = places.map((at) => told(at, textOf(name, cells[at] ?? '')));
    const text = texts.filter(Boolean).join('\n');
    if (text !== '') row[name] = text;
    else if (required) throw refusal(name, 'This is empty.');
  }
  return row;
}
