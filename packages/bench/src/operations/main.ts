// `npm run bench -- operations BOOKINGS`: how fast a clinic with so many bookings is backed up, restored, carried and
// archived, what memory that takes against a clinic of a quarter, and what a kill in a storm of bookings costs. Each act
// has a process of its own with the embedded database in it, as the command has it on one machine. With `--only archive`
// one of the acts, and whatever has to be before it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../drills/child.ts';
import { differing, hashesOf, removeAll } from '../drills/databases.ts';
import { benchDrills } from '../drills/main.ts';
import { madeClinic } from '../drills/templates.ts';
import type { Whole } from '../drills/words.ts';
import { machine, quantile } from '../rounds.ts';

const measured = ['backup', 'restore', 'export', 'import', 'archive'] as const;
type Measured = (typeof measured)[number];
type Figures = Readonly<Partial<Record<Measured, Whole>>>;

/** @param only the name of one act; all of them, and the drill, when it is left out */
export async function benchOperations(bookings: number, only?: string): Promise<void> {
  const acts = measured.filter((act) => only === undefined || act === only);
  if (acts.length === 0) throw new Error(`There is no act "${only}", but ${measured.join(', ')}.`);
  console.log(machine());
  const less = await figuresOf(Math.ceil(bookings / 4), acts);
  const more = await figuresOf(bookings, acts);
  console.log(
    `\n${bookings.toLocaleString('en')} bookings, against ${Math.ceil(bookings / 4).toLocaleString('en')}:`,
  );
  for (const act of acts) {
    const { documents, ms, memory } = more[act]!;
    const cells = [
      `${(ms / 1000).toFixed(1)} s`.padStart(9),
      `${Math.round((documents / ms) * 1000).toLocaleString('en')} documents a second`.padStart(28),
      `${megabytes(memory)} MB, against ${megabytes(less[act]!.memory)}`.padStart(24),
    ];
    console.log(`  ${act.padEnd(8)}${cells.join('')}`);
  }
  if (only === undefined) await recovery();
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);

/**
 * What was measured of the acts that were asked for.
 * @throws Error when what was restored is not what was backed up, or an archive left something to move
 */
export async function figuresOf(bookings: number, acts: readonly Measured[] = measured): Promise<Figures> {
  const root = await mkdtemp(join(tmpdir(), 'circe-operations-'));
  const at = (name: string) => join(root, name);
  const figures: Partial<Record<Measured, Whole>> = {};
  const act = async (name: Measured, file: string, folder: string) => {
    const { whole } = await run(name, { file: at(file), folder: at(folder) });
    if (!whole) throw new Error(`${name} did not end.`);
    if (acts.includes(name)) figures[name] ??= whole;
    return whole;
  };
  const needs = (...names: readonly Measured[]) => names.some((name) => acts.includes(name));
  try {
    await madeClinic(at('clinic.db'), bookings);
    if (needs('backup', 'restore')) await act('backup', 'clinic.db', 'backups');
    if (needs('restore')) {
      await act('restore', 'restored.db', 'backups');
      const [is, wanted] = [await hashesOf(at('restored.db')), await hashesOf(at('clinic.db'))];
      const unlike = differing('what was restored', is, wanted);
      if (unlike.length > 0) throw new Error(unlike.join('\n'));
      await removeAll(at('restored.db'));
    }
    if (needs('export', 'import')) await act('export', 'clinic.db', 'exported');
    if (needs('import')) {
      await act('import', 'host.db', 'exported');
      await removeAll(at('host.db'));
    }
    if (needs('archive')) {
      await act('archive', 'clinic.db', 'backups');
      const { documents } = await act('archive', 'clinic.db', 'backups');
      if (documents > 0) throw new Error(`A second archive moved ${documents} more.`);
    }
    return figures;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** What is lost and how long it takes when process and disk are gone, and only the folder of backups is left. */
async function recovery(): Promise<void> {
  console.log('');
  const rounds = await benchDrills({ rounds: 5, seed: 1, only: 'log' });
  const say = (what: string, values: readonly number[]) => {
    const seconds = (share: number) => `${(quantile(values, share) / 1000).toFixed(1)} s`;
    console.log(`  ${what}  ${seconds(0.5)}, at most ${seconds(1)}`);
  };
  say(
    'recovery point, with a page of the log every half second:',
    rounds.flatMap(({ point }) => point ?? []),
  );
  say(
    'recovery time of that small clinic:',
    rounds.flatMap(({ time }) => time ?? []),
  );
}
