// Comma-separated values as RFC 4180 has them and spreadsheets write them, read as a stream. Memory holds one record.
import { refusal } from './refusal.ts';

export interface CsvRecord {
  /** The line on which it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** More than any spreadsheet of a clinic has: beyond these a quote was left open, or it is no CSV. */
const longestRecord = 64 * 1024;
const mostCells = 200;

const delimiters = [',', ';', '\t', '|'] as const;

/**
 * The records of a text, empty lines left out. The delimiter is the one of `sep=`, or the most frequent of the first line.
 * @throws VALIDATION with the line, when quotes are not as they should be or a record is too long
 */
export async function* records(
  pieces: AsyncIterable<string>,
  named?: string,
): AsyncGenerator<CsvRecord, void> {
  const source = await withFirstLine(pieces);
  const [, said] = /^sep=(.)$/i.exec(source.first) ?? [];
  const reader = new Reader(named ?? said ?? mostFrequent(source.first));
  let skipped = said === undefined;
  for await (const piece of source.pieces) {
    for (const record of reader.read(piece)) {
      if (skipped) yield record;
      skipped = true;
    }
  }
  yield* reader.end();
}

class Reader {
  readonly #delimiter: string;
  #cells: string[] = [];
  #cell = '';
  #state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  #line = 1;
  #began = 1;
  #size = 0;
  #afterReturn = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  *read(piece: string): Generator<CsvRecord> {
    for (const char of piece) {
      const second = char === '\n' && this.#afterReturn;
      this.#afterReturn = char === '\r';
      if (this.#state === 'quoted') this.#quoted(char, second);
      else if (char === '\n' || char === '\r') {
        if (!second) yield* this.#newline();
      } else this.#plain(char);
      if (++this.#size > longestRecord) {
        throw refusal(`line ${this.#began}`, 'This is too long for a row. Is a quote left open?');
      }
    }
  }

  *end(): Generator<CsvRecord> {
    if (this.#state === 'quoted') throw refusal(`line ${this.#began}`, 'A quote is left open here.');
    yield* this.#newline();
  }

  #quoted(char: string, second: boolean): void {
    if (char === '"') this.#state = 'closed';
    else this.#cell += char;
    if ((char === '\n' && !second) || char === '\r') this.#line++;
  }

  #plain(char: string): void {
    if (char === this.#delimiter) return this.#endCell();
    if (char === '"' && this.#state === 'start') this.#state = 'quoted';
    else if (char === '"' && this.#state === 'closed') {
      this.#cell += char;
      this.#state = 'quoted';
    } else if (this.#state === 'closed') {
      throw refusal(`line ${this.#line}`, 'A quote inside quotes is written twice: "".');
    } else {
      this.#cell += char;
      this.#state = 'plain';
    }
  }

  #endCell(): void {
    this.#cells.push(this.#cell);
    this.#cell = '';
    this.#state = 'start';
    if (this.#cells.length > mostCells) throw refusal(`line ${this.#began}`, 'This has too many cells.');
  }

  *#newline(): Generator<CsvRecord> {
    this.#endCell();
    const record = { line: this.#began, cells: this.#cells };
    this.#cells = [];
    this.#size = 0;
    this.#began = ++this.#line;
    if (record.cells.some((cell) => cell.trim() !== '')) yield record;
  }
}

/** Reads as far as the end of the first line, and gives all of it again. */
async function withFirstLine(pieces: AsyncIterable<string>) {
  const iterator = pieces[Symbol.asyncIterator]();
  let head = '';
  let done = false;
  while (!done && !/[\r\n]/.test(head) && head.length <= longestRecord) {
    const next = await iterator.next();
    done = next.done ?? false;
    if (!next.done) head += next.value;
  }
  async function* all(): AsyncGenerator<string> {
    try {
      yield head;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { first: head.split(/[\r\n]/, 1)[0] ?? '', pieces: all() };
}

function mostFrequent(line: string): string {
  const bare = line.replace(/"[^"]*"/g, '');
  const [most] = delimiters.toSorted((a, b) => bare.split(b).length - bare.split(a).length);
  return most ?? ',';
}
