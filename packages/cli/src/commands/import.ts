import { stat } from 'node:fs/promises';
import { Argument, Option, type Command } from 'commander';
import { platform } from '@paper-circe/api';
import { createClient } from '@paper-circe/api/client';
import { bookingsKind } from '../import/kinds/bookings.ts';
import type { Kind } from '../import/kinds/kind.ts';
import { patientsKind } from '../import/kinds/patients.ts';
import { staffKind } from '../import/kinds/staff.ts';
import { treatmentsKind } from '../import/kinds/treatments.ts';
import { refusal } from '../import/refusal.ts';
import { outcomes, type Outcome, type Pass } from '../import/rows.ts';
import { openSheet, type Sheet } from '../import/sheet.ts';
import type { Io } from '../io.ts';
import { serverOf } from '../server/server.ts';
import { UsageError } from '../usage.ts';

const kinds = {
  patients: patientsKind,
  treatments: treatmentsKind,
  staff: staffKind,
  bookings: bookingsKind,
};

interface ImportOptions {
  readonly map: readonly string[];
  readonly dryRun?: true;
  readonly skip?: true;
  readonly encoding?: string;
  readonly delimiter?: string;
}

export function addImport(program: Command, io: Io): void {
  program
    .command('import')
    .description('bring a spreadsheet into a clinic; what is there already is not added again')
    .addArgument(new Argument('<what>', 'what its rows are').choices(Object.keys(kinds)))
    .argument('<file>', 'CSV with headings in its first line')
    .option('--dry-run', 'only say what would become of each row')
    .option('--skip', 'add the rows that can be and report the others; else it is all or nothing')
    .addOption(
      new Option(
        '--map <field=heading>',
        'which column a field is; may be given again; "field=" leaves it out',
      )
        .argParser((one: string, before: readonly string[]) => [...before, one])
        .default([], 'guessed from the headings'),
    )
    .option('--encoding <name>', 'such as windows-1252; UTF-8 or what its byte order mark says if left out')
    .option('--delimiter <character>', 'between cells, or "tab"; guessed if left out')
    .action(async (what: keyof typeof kinds, file: string, options: ImportOptions, command: Command) => {
      const { url, tenant, token } = await serverOf(command, io);
      if (tenant === platform) throw new UsageError('Rows belong to a clinic, not to the platform.');
      const client = createClient({ url, tenant, ...(token !== undefined && { token }) });
      const kind: Kind = kinds[what];
      const sheet = await sheetOf(file, kind, options);
      showColumns(io, kind, sheet);
      const pass = { kind, sheet, read: await kind.open(client) };
      const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
      await imported(new Report(io, json), pass, options);
    });
}

async function sheetOf(file: string, kind: Kind, options: ImportOptions): Promise<Sheet> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) throw new UsageError(`There is no file ${file}.`);
  const delimiter = options.delimiter === 'tab' ? '\t' : options.delimiter;
  if (delimiter !== undefined && !/^[^"\r\n]$/.test(delimiter)) {
    throw new UsageError('--delimiter is one character, or "tab".');
  }
  return openSheet(file, kind.fields, { ...options, delimiter });
}

function showColumns(io: Io, { fields }: Kind, { headings, columns }: Sheet): void {
  for (const { name } of fields) {
    const from = columns.of.get(name)?.map((at) => `"${headings[at]?.trim()}"`) ?? ['(nothing)'];
    io.err(`${name.padEnd(12)} <- ${from.join(' and ')}`);
  }
  if (columns.left.length > 0) io.err(`Left out: ${columns.left.map((one) => `"${one.trim()}"`).join(', ')}`);
}

/** @throws VALIDATION when rows were refused; without `--skip` nothing was written then */
async function imported(
  report: Report,
  pass: Omit<Pass, 'write'>,
  { dryRun, skip }: ImportOptions,
): Promise<void> {
  if (dryRun || !skip) {
    for await (const one of outcomes({ ...pass, write: false })) report.look(one, dryRun === true);
    const { refused } = report.counts;
    if (dryRun || refused > 0) report.summary();
    if (refused > 0) {
      throw refusal('file', `${refused} rows cannot be imported. ${dryRun ? '' : 'Nothing was written. '}--skip leaves them out.`); // prettier-ignore
    }
    if (dryRun) return;
    report.restart();
  }
  for await (const one of outcomes({ ...pass, write: true })) {
    report.written(one);
    if (one.outcome === 'refused' && !skip) {
      report.summary();
      throw refusal(`line ${one.line}`, 'This changed in between. Mend it and import again: nothing is added twice.'); // prettier-ignore
    }
  }
  report.summary();
  const { refused } = report.counts;
  if (refused > 0) throw refusal('file', `${refused} rows were left out.`);
}

/** Tells of rows: to programs of each, to people of those that need somebody. */
class Report {
  counts = none();
  readonly #io: Io;
  readonly #json: boolean;

  constructor(io: Io, json: boolean) {
    this.#io = io;
    this.#json = json;
  }

  /** A row before anything is written: told if this is all, or if it is in the way. */
  look(one: Outcome, isAll: boolean): void {
    this.#count(one);
    if (isAll || one.outcome === 'refused') this.#tell(one);
  }

  written(one: Outcome): void {
    this.#count(one);
    this.#tell(one);
  }

  restart(): void {
    this.counts = none();
  }

  summary(): void {
    const said = Object.entries(this.counts).filter(([, count]) => count > 0);
    if (this.#json) this.#io.out(JSON.stringify({ summary: this.counts }));
    this.#io.err(said.map(([outcome, count]) => `${count} ${outcome}`).join(', ') || 'No rows.');
  }

  #tell(one: Outcome): void {
    if (this.#json) return this.#io.out(JSON.stringify(one));
    if (one.outcome !== 'refused' && one.outcome !== 'double') return;
    this.#io.out([`line ${one.line}`, one.field, one.message].filter(Boolean).join(': '));
  }

  #count({ outcome }: Outcome): void {
    this.counts[outcome]++;
    const rows = Object.values(this.counts).reduce((sum, count) => sum + count);
    if (this.#io.terminal && rows % 1000 === 0) this.#io.err(`${rows} rows ...`);
  }
}

function none(): Record<Outcome['outcome'], number> {
  return { new: 0, added: 0, exists: 0, double: 0, refused: 0 };
}
