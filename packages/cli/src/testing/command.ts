import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { run } from '../circe.ts';

export interface Said {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: string;
}

export interface Around {
  /** Standard input. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command in this process, with nobody at a terminal. */
export async function circe(words: readonly string[], { input = '', env = {} }: Around = {}): Promise<Said> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(words, {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    stdin: Readable.from([input]),
    terminal: false,
    env: { HOME: '/nonexistent', ...env },
  });
  return { code, out, err: err.join('\n') };
}

/** The lines of an answer, each of which is JSON. */
export function parsed({ out }: Said): unknown[] {
  return out.map((line) => JSON.parse(line) as unknown);
}

/** Runs the command as a process of its own. */
export async function asProcess(
  words: readonly string[],
  input = '',
  meanwhile: (child: ChildProcess) => Promise<void> = () => Promise.resolve(),
) {
  const { MONGODB_URI: _, ...env } = process.env;
  const main = join(import.meta.dirname, '../main.ts');
  const child = spawn(process.execPath, [main, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
    meanwhile(child),
  ]);
  return { code, out, err };
}
