import type { Command } from 'commander';
import { checks, dryRun } from '@paper-circe/core';
import { textOf } from '../findings.ts';
import { actor, withWhole, type Opened } from '../installation.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage.ts';

/** Of what the audit does not account for: enough to see what happened. */
const mostDifferences = 100;

interface Options {
  readonly repair?: true;
  readonly dryRun?: true;
}

/** What became of what was found: `found` where nothing was to be mended. */
type Outcome = checks.Outcome | 'found' | 'would be repaired';

export function addCheck(program: Command, io: Io): void {
  program
    .command('check')
    .description(
      'verify every clinic: the audit, what is stored against it and against itself, and the indexes; exit code 1 when something is wrong',
    )
    .option('--repair', 'mend what follows from what else is stored, each with an event in the audit')
    .option('--dry-run', 'with --repair: only say what would be mended')
    .action((options: Options, command: Command) => {
      if (options.dryRun && !options.repair) throw new UsageError('--dry-run belongs to --repair.');
      const { json = false } = command.optsWithGlobals<{ json?: boolean }>();
      return withWhole(command, io, async (opened) => {
        const report = new Report(io, json);
        await checkIndexes(opened, options, report);
        for await (const { slug, clinic } of checks.everyClinic(opened.database, actor)) {
          if (clinic) await checkClinic(slug, clinic, options, report);
          else report.tell(slug, { kind: 'UNREADABLE' }, 'left');
          report.clinic(slug);
        }
        report.end();
      });
    });
}

async function checkIndexes({ database }: Opened, { repair, dryRun }: Options, report: Report) {
  const name = 'installation';
  report.progress(name, 'indexes');
  const wrong = await checks.findWrongIndexes(database);
  const left = repair && !dryRun && wrong.length > 0 ? await checks.repairIndexes(database, actor) : wrong;
  const isLeft = (one: checks.WrongIndex) => left.some(({ index }) => index === one.index);
  for (const one of wrong) {
    const outcome = !repair ? 'found' : dryRun ? 'would be repaired' : isLeft(one) ? 'left' : 'repaired';
    report.tell(name, { kind: 'INDEX', ...one }, outcome);
  }
  report.clinic(name);
}

async function checkClinic(
  slug: string,
  clinic: NonNullable<checks.Opened['clinic']>,
  { repair, dryRun: tried }: Options,
  report: Report,
) {
  const scope = tried ? dryRun(clinic) : clinic;
  for (const aspect of checks.Aspect.options) {
    report.progress(slug, aspect);
    let told = 0;
    for await (const finding of checks.findWrong(scope, aspect)) {
      const outcome = repair ? await checks.repair(scope, finding) : 'found';
      report.tell(slug, finding, tried && outcome === 'repaired' ? 'would be repaired' : outcome);
      if (aspect === 'audit' && ++told === mostDifferences) break;
    }
  }
}

/** Tells of findings: to people in words, to programs in a line of JSON each, and at the end of all. */
class Report {
  readonly #io: Io;
  readonly #json: boolean;
  readonly #all = none();
  #here = none();
  #clinics = 0;

  constructor(io: Io, json: boolean) {
    this.#io = io;
    this.#json = json;
  }

  progress(slug: string, what: string): void {
    if (this.#io.terminal) this.#io.err(`${slug}: ${what} ...`);
  }

  tell(slug: string, finding: Parameters<typeof textOf>[0], outcome: Outcome): void {
    if (outcome === 'right') return;
    for (const tally of [this.#here, this.#all]) {
      tally.found++;
      if (outcome === 'repaired') tally.repaired++;
    }
    if (this.#json) this.#io.out(JSON.stringify({ slug, ...finding, outcome }));
    else this.#io.out(`${slug}: ${textOf(finding)}${outcome === 'found' ? '' : ` [${outcome}]`}`);
  }

  /** What was found of one clinic, or of the installation. */
  clinic(slug: string): void {
    const { found, repaired } = this.#here;
    const ok = found === repaired;
    if (this.#json) this.#io.out(JSON.stringify({ slug, ok, found, repaired }));
    else if (ok) this.#io.out(`${slug}: in order${repaired > 0 ? `, ${repaired} repaired` : ''}`);
    this.#here = none();
    this.#clinics++;
  }

  /** @throws Error when something is left */
  end(): void {
    const { found, repaired } = this.#all;
    const summary = { looked: this.#clinics, found, repaired, left: found - repaired };
    if (this.#json) this.#io.out(JSON.stringify({ summary }));
    if (summary.left > 0) {
      throw new Error(
        `${summary.left} of ${found} findings are left. docs/operations/check.md says what to do.`,
      );
    }
    this.#io.err(found === 0 ? 'Everything checks out.' : `${repaired} repaired. Everything checks out.`);
  }
}

function none() {
  return { found: 0, repaired: 0 };
}
