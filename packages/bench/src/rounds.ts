/** One way of doing a task; `run` is timed, nothing else. */
export interface Contender {
  readonly name: string;
  run(): Promise<unknown>;
}

export interface Task {
  readonly name: string;
  /** The first one is what the others are compared with. */
  readonly contenders: readonly [Contender, ...Contender[]];
  readonly calls: number;
}

export interface Result {
  readonly task: string;
  readonly contender: string;
  readonly microseconds: number;
  /** How much of the baseline's speed it has: 1 is equal, 0.5 is half as fast. With the middle half of the rounds. */
  readonly ratio: { readonly median: number; readonly low: number; readonly high: number };
}

const rounds = 9;

export function print(results: readonly Result[]): void {
  console.log(`\n${results[0]?.task ?? ''}`);
  for (const { contender, microseconds, ratio } of results) {
    const share = `${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`;
    console.log(`  ${contender.padEnd(24)} ${microseconds.toFixed(0).padStart(7)} µs   ${share}`);
  }
}

/** Runs the contenders in turn, round by round, so that a machine that slows down slows all of them. */
export async function compare({ name, contenders, calls }: Task): Promise<Result[]> {
  const times = new Map<string, number[]>(contenders.map((one) => [one.name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const contender of contenders) {
      const before = performance.now();
      for (let call = 0; call < calls; call++) await contender.run();
      const each = ((performance.now() - before) * 1000) / calls;
      // The first round warms everybody up and is not counted.
      if (round >= 0) times.get(contender.name)!.push(each);
    }
  }
  const baseline = times.get(contenders[0].name)!;
  return contenders.map((contender) => {
    const own = times.get(contender.name)!;
    const ratios = own.map((time, round) => baseline[round]! / time).toSorted((a, b) => a - b);
    return {
      task: name,
      contender: contender.name,
      microseconds: quantile(
        own.toSorted((a, b) => a - b),
        0.5,
      ),
      ratio: { median: quantile(ratios, 0.5), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) },
    };
  });
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.round((sorted.length - 1) * q)] ?? Number.NaN;
}
