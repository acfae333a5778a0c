// `npm run bench -- operations BOOKINGS`: how fast a clinic with so many bookings is backed up, restored, carried and
// archived, what memory that takes against a clinic of a quarter, and what a kill in a storm of bookings costs. Each act
// has a process of its own with the embedded database in it, as the command has it on one machine.
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../drills/child.ts';
import { differing, hashesOf, removeAll } from '../drills/databases.ts';
import { benchDrills } from '../drills/main.ts';
import { madeClinic } from '../drills/templates.ts';
import type { Whole } from '../drills/words.ts';

const measured = ['backup', 'restore', 'export', 'import', 'archive'] as const;
type Figures = Readonly<Record<(typeof measured)[number], Whole>>;

export async function benchOperations(bookings: number): Promise<void> {
  const busy = (loadavg()[0] ?? 0) / availableParallelism();
  console.log(
    `On ${availableParallelism()} cores, which had ${busy.toFixed(1)} processes each waiting when it began.`,
  );
  const less = await figuresOf(Math.ceil(bookings / 4));
  const more = await figuresOf(bookings);
  console.log(
    `\n${bookings.toLocaleString('en')} bookings, against ${Math.ceil(bookings / 4).toLocaleString('en')}:`,
  );
  for (const act of measured) {
    const { documents, ms, memory } = more[act];
    const cells = [
      `${(ms / 1000).toFixed(1)} s`.padStart(9),
      `${Math.round((documents / ms) * 1000).toLocaleString('en')} documents a second`.padStart(28),
      `${megabytes(memory)} MB, against ${megabytes(less[act].memory)}`.padStart(24),
    ];
    console.log(`  ${act.padEnd(8)}${cells.join('')}`);
  }
  await recovery();
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);

/** @throws Error when what was restored is not what was backed up */
export async function figuresOf(bookings: number): Promise<Figures> {
  const root = await mkdtemp(join(tmpdir(), 'circe-operations-'));
  const at = (name: string) => join(root, name);
  try {
    await madeClinic(at('clinic.db'), bookings);
    const act = async (name: (typeof measured)[number], file: string, folder: string) => {
      const { whole } = await run(name, { file: at(file), folder: at(folder) });
      if (!whole) throw new Error(`${name} did not end.`);
      return whole;
    };
    const backup = await act('backup', 'clinic.db', 'backups');
    const restore = await act('restore', 'restored.db', 'backups');
    const unlike = differing(
      'what was restored',
      await hashesOf(at('restored.db')),
      await hashesOf(at('clinic.db')),
    );
    if (unlike.length > 0) throw new Error(unlike.join('\n'));
    await removeAll(at('restored.db'));
    const exported = await act('export', 'clinic.db', 'exported');
    const imported = await act('import', 'host.db', 'exported');
    await removeAll(at('host.db'));
    const archive = await act('archive', 'clinic.db', 'backups');
    return { backup, restore, export: exported, import: imported, archive };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** What is lost and how long it takes when process and disk are gone, and only the folder of backups is left. */
async function recovery(): Promise<void> {
  console.log('');
  const rounds = await benchDrills({ rounds: 5, seed: 1, only: 'log' });
  const say = (what: string, values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const [median = Number.NaN, most = Number.NaN] = [sorted[sorted.length >> 1], sorted.at(-1)];
    console.log(`  ${what}  ${(median / 1000).toFixed(1)} s, at most ${(most / 1000).toFixed(1)} s`);
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
