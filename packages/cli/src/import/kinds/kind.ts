import type { Asked, Client } from '@paper-circe/api/client';
import type { Field } from '../columns.ts';

/** The texts of a row by field; a field that is missing or empty is not there. */
export type Row = Readonly<Partial<Record<string, string>>>;

/** What a row stands for. */
export interface Entry {
  /** The same for two rows that mean the same thing. */
  readonly identity: string;
  /** Whether the clinic has it already; left out where adding it tells. */
  readonly exists?: () => Promise<boolean>;
  /** Adds it, or only tries. What it throws speaks against the row. */
  add(asked: Asked): Promise<unknown>;
}

/** Something that can be imported. */
export interface Kind {
  readonly fields: readonly Field[];
  /** Whether every row is tried before any is added: where the server knows more of it than its schema says. */
  readonly tried: boolean;
  /** How many rows are under way at once. */
  readonly atOnce: number;
  /** Reads what rows are compared with, and answers how a row is read. */
  open(client: Client): Promise<(row: Row) => Entry | Promise<Entry>>;
}
