/**
 * How many steps a regular expression may take before it gives up: every way of sharing a text's characters
 * among its repetitions, times what it may choose besides.
 */
export interface Steps {
  /** Repetitions that stand behind one another. */
  loops: number;
  /** Choices that do not grow with the text. */
  choices: number;
  /** Whether a repetition repeats something that may match in more than one way: the steps double with each character. */
  nested: boolean;
}

/** As few as take a hundredth of a second or so. */
const MOST = 300_000;
const NESTED_LENGTH = 10;
const LONGEST = 16 * 1024 * 1024;
/** A repetition of up to so many is a choice, of more a loop. */
const FEW = 4;

export const once = (): Steps => ({ loops: 0, choices: 1, nested: false });

export const inTurn = (a: Steps, b: Steps): Steps => ({
  loops: a.loops + b.loops,
  choices: a.choices * b.choices,
  nested: a.nested || b.nested,
});

export const eitherOf = (a: Steps, b: Steps): Steps => ({
  loops: Math.max(a.loops, b.loops),
  choices: a.choices + b.choices,
  nested: a.nested || b.nested,
});

export function repeated(steps: Steps, min: number, max: number): Steps {
  const simple = steps.loops === 0 && steps.choices === 1;
  if (max - min >= FEW) return { ...steps, loops: steps.loops + 1, nested: steps.nested || !simple };
  return {
    loops: steps.loops * max,
    choices: steps.choices ** max * (max - min + 1),
    nested: steps.nested,
  };
}

/** The length of a text up to which so many steps hold nobody up. */
export function quickLength({ loops, choices, nested }: Steps): number {
  if (nested) return choices > MOST ? 0 : NESTED_LENGTH;
  let [low, high] = [0, LONGEST];
  while (low < high) {
    const length = Math.ceil((low + high) / 2);
    let ways = choices;
    for (let loop = 1; loop <= loops && ways <= MOST; loop++) ways *= (length + loop) / loop;
    if (ways <= MOST) low = length;
    else high = length - 1;
  }
  return low;
}
