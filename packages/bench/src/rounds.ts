import { availableParallelism, loadavg } from 'node:os';

/** A closer look: the tasks whose name has a word in it, and in other rounds than usual. */
export interface Closer {
  readonly only?: string | undefined;
  readonly rounds?: string | undefined;
}

/** One way of doing a task; `run` is timed, nothing else. */
export interface Contender {
  readonly name: string;
  run(): Promise<unknown>;
}

export interface Task {
  readonly name: string;
  /** The first one is what the others are compared with. */
  readonly contenders: readonly [Contender, ...Contender[]];
  /** How often each contender runs in a round. */
  readonly calls: number;
  readonly rounds?: number;
  /** Rounds before those, which are not counted: the engine has to have compiled what it will run. */
  readonly warmUp?: number;
}

export interface Result {
  readonly task: string;
  readonly contender: string;
  /** Microseconds of a call, round by round. */
  readonly times: readonly number[];
}

/** A median with the interval that holds the true one in 95 of 100 cases. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const usualRounds = 9;

/**
 * Milliseconds that have passed. On a machine that others work on too, `BENCH_CLOCK=cpu` counts what this process has
 * computed instead, and leaves out what it waited for: of the core bench the clients' part alone.
 */
function elapsed(): number {
  if (process.env['BENCH_CLOCK'] !== 'cpu') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Runs the contenders in turn, round by round, so that a machine that slows down slows all of them. */
export async function compare({
  name,
  contenders,
  calls,
  rounds = usualRounds,
  warmUp = 1,
}: Task): Promise<Result[]> {
  const times = new Map<string, number[]>(contenders.map((one) => [one.name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    // Nobody always follows the same one, whose garbage he would collect.
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(round + warmUp + turn) % contenders.length]!;
      const before = elapsed();
      for (let call = 0; call < calls; call++) await contender.run();
      const each = ((elapsed() - before) * 1000) / calls;
      if (round >= 0) times.get(contender.name)!.push(each);
    }
  }
  return contenders.map(({ name: contender }) => ({ task: name, contender, times: times.get(contender)! }));
}

/** Compares the ways of those tasks that are wanted. */
export async function* compareEach(
  tasks: readonly Task[],
  { only = '', rounds }: Closer,
): AsyncGenerator<Result[]> {
  for (const task of tasks)
    if (task.name.includes(only))
      yield await compare(rounds === undefined ? task : { ...task, rounds: Number(rounds) });
}

/** How much of another one's speed somebody has: 1 is equal, 0.5 is half as fast. */
export function ratio(of: Result, to: Result): Estimate {
  return estimate(of.times.map((time, round) => to.times[round]! / time));
}

export function print(results: readonly Result[]): void {
  const [baseline] = results;
  console.log(`\n${baseline?.task ?? ''}`);
  for (const result of results) {
    const microseconds = estimate(result.times).median.toFixed(0);
    const share = baseline ? shown(ratio(result, baseline)) : '';
    console.log(`  ${result.contender.padEnd(24)} ${microseconds.padStart(7)} µs   ${share}`);
  }
}

function shown({ median, low, high }: Estimate): string {
  return `${median.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}

/** Whether a share reaches a bar. Where its interval holds the bar, only more rounds could tell. */
function verdict({ median, high }: Estimate, least: number): string {
  if (median >= least) return 'ok';
  return high >= least ? 'below, but not told apart from it' : 'BELOW';
}

/** A share beside its bar, as a line says it. */
export const besideBar = (share: Estimate, least: number, said = verdict(share, least)): string =>
  `${shown(share)}, at least ${least}: ${said}`;

/** On what a figure was taken, which depends on who else was at work there. */
export function machine(): string {
  const cores = availableParallelism();
  const busy = (loadavg()[0] ?? 0) / cores;
  return `On ${cores} cores, which had ${busy.toFixed(1)} processes each waiting when it began.`;
}

/** What a share of some values is not above; all of them with 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function estimate(values: readonly number[]): Estimate {
  const sorted = values.toSorted((a, b) => a - b);
  // Of the ranks around the middle: a sign test, which asks nothing of how the values are spread.
  const reach = 0.98 * Math.sqrt(sorted.length);
  const at = (rank: number) => sorted[Math.min(sorted.length - 1, Math.max(0, rank))] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: at(Math.round(middle)),
    low: at(Math.floor(middle - reach)),
    high: at(Math.ceil(middle + reach)),
  };
}
