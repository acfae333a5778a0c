import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Moment } from './moments.ts';
import { died, finished, type Act, type Whole } from './words.ts';

export interface Ended {
  /** What it said, line by line. */
  readonly said: readonly string[];
  /** When it was killed; undefined when it had ended before. */
  readonly killedAt?: number;
  /** When it ended by itself. */
  readonly whole?: Whole;
}

export interface Place {
  /** Of the embedded database. */
  readonly file: string;
  /** Of its backups; where they lie in a bucket, its address. */
  readonly folder: string;
}

export interface Running {
  /** When it is killed; undefined lets it end. */
  readonly at?: Moment;
  /** How much its clock is ahead of the machine's, in milliseconds. */
  readonly aheadMs?: number;
  /** What it has in its environment beside what this process has. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs an act in a process of its own, and kills it from outside where a moment is given.
 * @throws Error with what it said last, when it failed
 */
export async function run(
  act: Act,
  { file, folder }: Place,
  { at, aheadMs = 0, env = {} }: Running = {},
): Promise<Ended> {
  const script = join(import.meta.dirname, 'process.ts');
  const words = [script, act, file, folder, String(at?.commands ?? 0), String(aheadMs)];
  // It ends with this one, whose end of its input goes away.
  const child = spawn(process.execPath, words, {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const failed = text(child.stderr);
  const said: string[] = [];
  let killedAt: number | undefined;
  let whole: Whole | undefined;
  const kill = () => {
    if (child.kill('SIGKILL')) killedAt = Date.now();
  };
  try {
    for await (const line of createInterface(child.stdout)) {
      if (line === died) setTimeout(kill, at?.ms);
      else if (line.startsWith(finished)) whole = JSON.parse(line.slice(finished.length)) as Whole;
      else said.push(line);
    }
  } finally {
    child.kill('SIGKILL');
  }
  const [code] = await ended;
  if (code !== 0 && killedAt === undefined) throw new Error(`${act} failed: ${await failed}`);
  return { said, ...(killedAt !== undefined && { killedAt }), ...(whole && { whole }) };
}
