import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startS3, type Fault } from '@paper-circe/core/testing/s3';
import { run } from '../child.ts';
import { copyDatabase, withRaw } from '../databases.ts';
import { numbersOf } from '../moments.ts';
import { logged } from './log.ts';

/** So long its line is down when it is, in milliseconds. */
const downMs = 3_000;
const slowMs = 500;
const faults: readonly Fault[] = [503, 429, 'cut', 'cut off', 'done, but 500', 'done, but cut off'];

/** The log in a bucket that refuses, is slow, breaks off and is not to be reached for a while, until the process is killed. */
export const bucket = logged(async ({ root, storm }) => {
  const s3 = await startS3();
  const { env } = s3;
  const place = { file: join(root, 'live.db'), folder: `s3://${s3.bucket}/drill` };
  await copyDatabase(storm, place.file);
  // As one that was never backed up: what it knows of another place is nothing here.
  await withRaw(place.file, (db) => db.collection('backups').deleteMany({}));
  await run('quiet', place, { env });
  return {
    place,
    env,
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
});
