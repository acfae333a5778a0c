// `npm run bench -- drills --rounds 20`: each act is killed so many times at a random moment of it, in a process that has
// the database in itself, started again and finished; then what is there is compared with what must be. With `--seed`
// the same moments again, with `--only import` one act. With `--bucket s3://name/prefix` what goes to a bucket goes to that
// one, which the environment says how to reach, and not to one of our own.
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archive } from './acts/archive.ts';
import { backup } from './acts/backup.ts';
import { bucket, bucketBackup, bucketRestore } from './acts/bucket.ts';
import { bookings } from './acts/bookings.ts';
import { importing } from './acts/import.ts';
import { log } from './acts/log.ts';
import { migration } from './acts/migration.ts';
import { move } from './acts/move.ts';
import { restore } from './acts/restore.ts';
import type { Drill, Round, Templates } from './drill.ts';
import { momentOf } from './moments.ts';
import { madeTemplates } from './templates.ts';

const drillsWith = (address?: string): Readonly<Record<string, Drill>> => ({
  backup,
  restore,
  import: importing,
  archive,
  migration,
  move,
  bookings,
  log,
  bucket: bucket(address),
  'bucket-backup': bucketBackup(address),
  'bucket-restore': bucketRestore(address),
});

export interface Rounds {
  readonly rounds: number;
  readonly seed: number;
  /** The name of one drill; all of them when it is left out. */
  readonly only?: string;
  /** The address of a real bucket; one of our own when it is left out. */
  readonly bucket?: string;
}

/** Runs them, says what was wrong, and fails the process then. */
export async function benchDrills({ rounds, seed, only, bucket: address }: Rounds): Promise<Round[]> {
  const drills = drillsWith(address);
  const chosen = Object.entries(drills).filter(([name]) => only === undefined || name === only);
  if (chosen.length === 0)
    throw new Error(`There is no drill "${only}", but ${Object.keys(drills).join(', ')}.`);
  const folder = await mkdtemp(join(tmpdir(), 'circe-drills-'));
  const all: Round[] = [];
  try {
    console.log(`Killed ${rounds} times in each act, --seed ${seed}:`);
    const templates = await madeTemplates(folder);
    for (const [name, drill] of chosen) {
      const done = await killed(name, drill, templates, { rounds, seed });
      const wrong = done.filter((round) => round.wrong.length > 0).length;
      console.log(`  ${name.padEnd(14)} ${wrong === 0 ? 'whole every time' : `WRONG ${wrong} times`}`);
      all.push(...done);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return all;
}

async function killed(
  name: string,
  drill: Drill,
  templates: Templates,
  { rounds, seed }: Rounds,
): Promise<Round[]> {
  const afresh = async () => {
    await rm(templates.root, { recursive: true, force: true });
    await mkdir(templates.root);
  };
  await afresh();
  const whole = await drill.whole(templates);
  const done: Round[] = [];
  for (let n = 0; n < rounds; n++) {
    await afresh();
    const round = await drill.round(templates, momentOf(seed + n, whole));
    done.push(round);
    if (round.wrong.length === 0) continue;
    process.exitCode = 1;
    console.log(`  ${name} is WRONG; again with --rounds 1 --only ${name} --seed ${seed + n}`);
    for (const one of round.wrong.slice(0, 10)) console.log(`    ${one}`);
  }
  return done;
}
