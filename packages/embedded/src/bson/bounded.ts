import { createContext, Script } from 'node:vm';

/** How long one run may take, in milliseconds of this thread's own time; and how much of a text it may read in one more. */
const MOST = 20;
const READ = 20_000;
/** How long all runs over a document may take, until others are let run where that can be, and in one turn where it cannot. */
const MOST_OF_A_PART = 15;
const MOST_OF_A_TURN = 1000;
/** Of how many short runs one looks at the time, and lets others run after the document. */
const LOOK_EVERY = 16;
const PAUSE_EVERY = 64;

/** Whether something was done since others were last let run, of which a little is much. */
let busy = false;

/** Asked by what reads many documents: whether the last one was so much work that others should run before the next. */
export function takesPause(): boolean {
  const was = busy;
  busy = false;
  return was;
}

let work: () => unknown = () => undefined;
let guarded: ((timeout: number) => unknown) | undefined;

/** A timer of V8's is the one thing that can stop what is busy in this thread. */
function runner(): (timeout: number) => unknown {
  const context = createContext({ run: () => work() });
  const script = new Script('run()');
  return (timeout) => script.runInContext(context, { timeout });
}

const usage: () => NodeJS.CpuUsage = process.threadCpuUsage ?? process.cpuUsage;

/** This thread's time in milliseconds; the process's with a Node that does not tell threads apart. */
const spent = (): number => {
  const { user, system } = usage.call(process);
  return (user + system) / 1000;
};

/**
 * Runs what changes nothing, or gives up.
 * @param length of the text that it reads: to read a long one once takes longer than to give up on a short one
 * @returns undefined when it was given up
 */
export function bounded<R>(action: () => R, length: number): { result: R } | undefined {
  busy = true;
  guarded ??= runner();
  const most = MOST + Math.floor(length / READ);
  const start = spent();
  for (let timeout = most; ;) {
    const before = spent();
    work = action;
    try {
      return { result: guarded(timeout) as R };
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      const own = spent() - before;
      if (own >= 0.9 * most || spent() - start >= 2 * most) return undefined;
      // The timer counts also what others take of the processor: it is tried again with more.
      timeout = Math.ceil(Math.min(timeout * 2, (timeout * most) / Math.max(own, 1)));
    }
  }
}

/** What runs over a document that is looked at in parts have found: of which kind, over which text. */
export class Later extends Map<object, Map<string, unknown>> {}

let inParts = false;
let runsOfPart = 0;
let begun: number | undefined;
let part: Later | undefined;

/**
 * Looks at a document, changing nothing.
 * @returns what is to be given when it is tried again, after others have run: it may take too long for one turn
 */
export function inPart<A, R>(action: (of: A) => R, of: A, before?: Later): R | Later {
  inParts = true;
  runsOfPart = 0;
  begun = undefined;
  part = before;
  try {
    return action(of);
  } catch (error) {
    if (error instanceof Later) return error;
    throw error;
  } finally {
    inParts = false;
  }
}

/** Runs what is not known from the part before; a few short runs are as soon done again. */
export function remembered<R>(kind: object, text: string, short: boolean, run: () => R): R {
  if (!inParts || (short && ++runsOfPart < LOOK_EVERY)) return run();
  const known = (part ??= new Later()).get(kind) ?? new Map<string, unknown>();
  if (known.has(text)) return known.get(text) as R;
  const result = run();
  part.set(kind, known.set(text, result));
  return result;
}

let runs = 0;
let turn: number | undefined;

/**
 * Counts a run: thousands of short ones over one document are not short.
 * @param short whether it is short by itself, so that not each need be looked at
 * @returns whether there were too many; it does not return where the rest can be done later
 */
export function overdue(short: boolean): boolean {
  busy ||= ++runs % PAUSE_EVERY === 0 || !short;
  if (runs % LOOK_EVERY !== 0 && short) return false;
  if (inParts) {
    begun ??= spent();
    if (part && spent() - begun > MOST_OF_A_PART) throw part;
    return false;
  }
  if (turn !== undefined) return spent() - turn > MOST_OF_A_TURN;
  turn = spent();
  setImmediate(() => (turn = undefined));
  return false;
}
