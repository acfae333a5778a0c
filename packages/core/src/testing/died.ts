import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { databaseUri } from '@paper-circe/testing';
import { Binary } from 'mongodb';
import type { Database } from '../connection.ts';
import { acrossTenants } from '../firewall.ts';

export interface Death {
  /** A folder, the id of a clinic, or the name of another database. */
  readonly subject: string;
  /** It dies before the command in which this is said for so many times. */
  readonly before?: readonly [word: string, times: number];
  /** A command of the shell that limits it. */
  readonly limit?: string;
}

const mostMs = 25_000;

/** Runs {@link file://./dying.ts} on a database to its end, and answers what was left of it. */
export async function died(act: string, database: Database, { subject, before, limit = ':' }: Death) {
  const [word, times] = before ?? ['', ''];
  const words = [act, databaseUri(), database.db.databaseName, subject, word, String(times)];
  const script = join(import.meta.dirname, 'dying.ts');
  const shell = ['-c', `${limit}; exec "$0" "$@"`, process.execPath, script];
  const now = database.clock().toISOString();
  const child = spawn('sh', [...shell, ...words, now], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // One that goes on living is not left behind.
    timeout: mostMs,
    killSignal: 'SIGTERM',
  });
  const ended = once(child, 'close') as Promise<[number | null, string | null]>;
  const [out, err, [code, signal]] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const said = out.split('\n');
  const session = said.pop() ?? '';
  if (session !== '') {
    // The server would find out by itself after a minute that nobody will end its transaction.
    const id = new Binary(Buffer.from(session, 'hex'), Binary.SUBTYPE_UUID);
    await acrossTenants('this test', () => database.db.command({ killSessions: [{ id }] }));
  }
  return { code, signal, err, said };
}
