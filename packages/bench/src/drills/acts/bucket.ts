import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { backups } from '@paper-circe/core';
import { startS3, type Fault } from '@paper-circe/core/testing/s3';
import { run } from '../child.ts';
import { copyDatabase, hashesOf, withDatabase, withRaw } from '../databases.ts';
import type { Drill, Templates } from '../drill.ts';
import type { Moment } from '../moments.ts';
import { numbersOf } from '../moments.ts';
import { prepareStorm } from '../storm.ts';
import { backedUp } from './backup.ts';
import { logged } from './log.ts';
import { restored } from './restore.ts';

/** So long its line is down when it is, in milliseconds. */
const downMs = 3_000;
const slowMs = 500;
const faults: readonly Fault[] = [503, 429, 'cut', 'cut off', 'done, but 500', 'done, but cut off'];

interface OpenBucket extends AsyncDisposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly spoil?: (at: Moment) => void;
  readonly mend?: () => void;
}

/** One of our own, in memory, which refuses, is slow, breaks off and is not to be reached for a while. */
async function ourBucket(): Promise<OpenBucket> {
  const s3 = await startS3();
  return {
    folder: `s3://${s3.bucket}/drill`,
    env: s3.env,
    spoil({ commands }) {
      const next = numbersOf(commands);
      let downUntil = 0;
      s3.fault = async () => {
        if (Date.now() < downUntil) return 'cut off';
        const chance = next();
        if (chance < 0.03) downUntil = Date.now() + downMs * next();
        if (chance < 0.3) return faults[Math.floor(next() * faults.length)];
        if (chance < 0.4) await pause(slowMs);
        return undefined;
      };
    },
    mend() {
      s3.fault = () => undefined;
    },
    [Symbol.asyncDispose]: s3.close,
  };
}

/** One that is real, as the environment says how it is reached; what a round left there is removed. */
function realBucket(address: string): Promise<OpenBucket> {
  const folder = `${address.replace(/\/$/, '')}/${randomUUID()}`;
  const remove = () => backups.openStore(folder, process.env).removeAll('');
  return Promise.resolve({ folder, env: {}, [Symbol.asyncDispose]: remove });
}

/** What a file knows of another place is nothing here. */
const neverBackedUp = (file: string) => withRaw(file, (db) => db.collection('backups').deleteMany({}));

const opened = (address: string | undefined) => (address === undefined ? ourBucket() : realBucket(address));

/** The log in a bucket, which is as bad as it can be where it is our own, until the process is killed. */
export const bucket = (address?: string): Drill =>
  logged(async ({ root, storm }) => {
    const { folder, env, ...rest } = await opened(address);
    const place = { file: join(root, 'live.db'), folder };
    await copyDatabase(storm, place.file);
    await neverBackedUp(place.file);
    await run('quiet', place, { env });
    return { place, env, ...rest };
  });

/** A backup into a bucket. */
export const bucketBackup = (address?: string): Drill => backedUp(() => opened(address));

/** So long a storm is, in commands, whose log is restored after the backup. */
const stormy = 300;

/** A restore from a bucket that has the backup of the large clinic, and the log of a storm in a small one beside it. */
export const bucketRestore = (address?: string): Drill =>
  restored(async ({ root, clinic }: Templates) => {
    const { folder, env, ...rest } = await opened(address);
    const place = { file: join(root, 'source.db'), folder };
    await copyDatabase(clinic, place.file);
    await neverBackedUp(place.file);
    await withDatabase(place.file, prepareStorm);
    await run('quiet', place, { env });
    await run('log', place, { at: { commands: stormy, ms: 0 }, env });
    await run('quiet', place, { env });
    return { folder, env, wanted: await hashesOf(place.file), ...rest };
  });
