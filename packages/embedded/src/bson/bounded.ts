import { createContext, Script } from 'node:vm';

/** How long one run may take, in milliseconds of this thread's own time; and how much of a text it may read in one more. */
const MOST = 40;
const READ = 20_000;
/** How long all runs of one turn of the event loop may take. */
const MOST_OF_A_TURN = 1000;
const LOOK_EVERY = 64;

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
  for (let timeout = most; ;) {
    const before = spent();
    work = action;
    try {
      return { result: guarded(timeout) as R };
    } catch (error) {
      if ((error as { code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      const own = spent() - before;
      if (own >= 0.9 * most) return undefined;
      // The timer counts also what others take of the processor: it is tried again with more.
      timeout = Math.ceil(Math.min(timeout * 4, (timeout * most) / Math.max(own, 1)));
    }
  }
}

let runs = 0;
let turn: number | undefined;

/**
 * Counts a run: thousands of short ones over one document are not short.
 * @param short whether it is short by itself, so that not each need be looked at
 */
export function overdue(short: boolean): boolean {
  if (++runs % LOOK_EVERY !== 0 && short) return false;
  busy = true;
  if (turn !== undefined) return spent() - turn > MOST_OF_A_TURN;
  turn = spent();
  setImmediate(() => (turn = undefined));
  return false;
}
