import { createInterface } from 'node:readline/promises';
import { Writable, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UsageError } from './usage.ts';

/** What a command may touch of the process around it. */
export interface Io {
  /** A line of the answer. */
  out(line: string): void;
  /** A line for people. */
  err(line: string): void;
  readonly stdin: Readable;
  /** Whether somebody sits before it and can be asked. */
  readonly terminal: boolean;
  /** How wide the terminal is that answers are shown on, in characters; undefined where they go elsewhere. */
  readonly width?: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** From when it is asked for, a signal that would end the process gives up what it does; a second one ends it. */
  givenUp?(): AbortSignal;
}

/** The real process. */
export const processIo: Io = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  stdin: process.stdin,
  terminal: process.stdin.isTTY && process.stderr.isTTY,
  width: process.stdout.columns,
  env: process.env,
  givenUp() {
    const stopping = new AbortController();
    const stop = (name: NodeJS.Signals) => {
      for (const one of ending) process.off(one, stop);
      stopping.abort(new Error(`Given up because of ${name}.`));
    };
    for (const name of ending) process.on(name, stop);
    return stopping.signal;
  },
};

const ending = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs work that a signal gives up, and says then what is left of it.
 * @param left a sentence, where the work says nothing of that itself
 * @param beside another one, where it does
 */
export async function untilGivenUp<Result>(
  io: Io,
  left: string,
  work: (signal: AbortSignal | undefined) => Promise<Result>,
  beside = '',
): Promise<Result> {
  const signal = io.givenUp?.();
  try {
    return await work(signal);
  } catch (error) {
    if (!signal?.aborted || !(error instanceof Error)) throw error;
    const more = error === signal.reason ? left : error.cause === signal.reason ? beside : '';
    throw more === '' ? error : new Error(`${error.message} ${more}`, { cause: error });
  }
}

/**
 * Asks whoever sits at the terminal.
 * @throws UsageError where nobody does, which names the option that would have said it
 */
export async function ask(io: Io, question: string, option: string): Promise<string> {
  if (!io.terminal) throw new UsageError(`Missing: ${option}`);
  return answer(io, question, process.stderr);
}

/**
 * Secrets, one for each question: asked for without showing them at a terminal, else a line each of standard input.
 * They are never arguments, which show in the list of processes.
 */
export async function secrets(io: Io, questions: readonly string[]): Promise<string[]> {
  if (!io.terminal) {
    const lines = (await text(io.stdin)).split(/\r?\n/);
    return questions.map((_, at) => lines[at] ?? '');
  }
  const given: string[] = [];
  for (const question of questions) {
    io.err(`${question} (it does not show):`);
    given.push(await answer(io, '', new Writable({ write: (_chunk, _encoding, done) => done() })));
  }
  return given;
}

async function answer(io: Io, question: string, output: NodeJS.WritableStream): Promise<string> {
  const lines = createInterface({ input: io.stdin, output, terminal: true });
  try {
    return await lines.question(question && `${question}: `);
  } finally {
    lines.close();
  }
}
