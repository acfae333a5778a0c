// The protocol by which bookings take and release time, as a model of its database commands: every interleaving of two
// and three desks is walked through, with a crash between any two commands, and behind the last one. Transactions read
// a snapshot, the first writer of a document wins, and the unique index over holds looks past all snapshots. A
// transaction may expire whenever it is open, whether its desk lives or not, and takes its locks along: what a desk sends
// then is refused, since it names a transaction that is gone, and it starts over. Bookings do not expire in the product:
// a release by somebody, `cancel`, stands for any. The races against a real database are in desks.test.ts.
import { expect, test } from 'vitest';

interface Doc {
  readonly revision: number;
  /** A booking's ticks, all of one staff member. */
  readonly ticks?: readonly number[];
  readonly active?: boolean;
  readonly overlapping?: boolean;
  /** The counter of the month's bookings. */
  readonly count?: number;
}

type Docs = Readonly<Record<string, Doc>>;

/** What a command does with what its transaction sees: it writes documents, refuses the act, or only reads. */
type Command = (seen: Docs) => Docs | string | undefined;

interface Act {
  readonly name: string;
  /** In the order in which they are sent; the commit follows. */
  readonly commands: readonly Command[];
}

interface Desk {
  readonly act: Act;
  readonly sent: number;
  readonly snapshot?: Docs;
  readonly writes: Docs;
  /** It will send nothing more; its transaction stays open until the database ends it. */
  readonly dead?: true;
  /** `lost` when it was committed, and whoever had asked died before he knew. */
  readonly answer?: string;
}

interface State {
  readonly docs: Docs;
  readonly desks: readonly Desk[];
}

const quota = 4;

function overlapping(seen: Docs, ticks: readonly number[], except: string): boolean {
  return Object.entries(seen).some(
    ([key, doc]) => key !== except && doc.active && doc.ticks?.some((tick) => ticks.includes(tick)),
  );
}

const counting =
  (by: number): Command =>
  (seen) => {
    const { revision, count = 0 } = seen['counter']!;
    return count + by > quota ? 'quota' : { counter: { revision: revision + 1, count: count + by } };
  };

const changed = (seen: Docs, key: string, change: Partial<Doc>) => {
  return { [key]: { ...seen[key]!, ...change, revision: seen[key]!.revision + 1 } };
};

const book = (key: string, ...ticks: number[]): Act => ({
  name: `book ${ticks}`,
  commands: [
    counting(1),
    (seen) => (overlapping(seen, ticks, key) ? 'busy' : undefined),
    () => ({ [key]: { revision: 1, ticks, active: true } }),
  ],
});

const override = (key: string, ...ticks: number[]): Act => ({
  name: `override ${ticks}`,
  commands: [
    counting(1),
    (seen) => {
      const doc = { revision: 1, ticks, active: true };
      return { [key]: overlapping(seen, ticks, key) ? { ...doc, overlapping: true } : doc };
    },
  ],
});

const move = (key: string, ...ticks: number[]): Act => ({
  name: `move ${key} ${ticks}`,
  commands: [
    (seen) => (seen[key]!.active ? undefined : 'illegal'),
    (seen) => (overlapping(seen, ticks, key) ? 'busy' : undefined),
    (seen) => changed(seen, key, { ticks, overlapping: false }),
  ],
});

const cancel = (key: string): Act => ({
  name: `cancel ${key}`,
  commands: [
    (seen) => (seen[key]!.active ? undefined : 'illegal'),
    (seen) => changed(seen, key, { active: false }),
  ],
});

const undoCancel = (key: string): Act => ({
  name: `undo ${key}`,
  commands: [
    (seen) => (seen[key]!.active ? 'illegal' : undefined),
    counting(0),
    (seen) => {
      const { ticks = [], overlapping: over } = seen[key]!;
      return !over && overlapping(seen, ticks, key) ? 'busy' : undefined;
    },
    (seen) => changed(seen, key, { active: true }),
  ],
});

/** The bookings of a visit, each a tick long. */
const stepsOf = (visit: string): [string, string] => [`${visit}.1`, `${visit}.2`];

const bookVisit = (visit: string, tick: number): Act => ({
  name: `book visit ${tick}`,
  commands: [
    counting(2),
    (seen) => (overlapping(seen, [tick, tick + 1], visit) ? 'busy' : undefined),
    () =>
      Object.fromEntries(
        stepsOf(visit).map((key, n) => [key, { revision: 1, ticks: [tick + n], active: true }]),
      ),
  ],
});

/** All of its time is let go first, for a step may go where another one was; then each gets its own. */
const moveVisit = (visit: string, tick: number): Act => ({
  name: `move visit ${tick}`,
  commands: [
    (seen) => (stepsOf(visit).every((key) => seen[key]!.active) ? undefined : 'illegal'),
    (seen) => (overlapping(without(seen, visit), [tick, tick + 1], '') ? 'busy' : undefined),
    (seen) => Object.assign({}, ...stepsOf(visit).map((key) => changed(seen, key, { ticks: [] }))) as Docs,
    ...stepsOf(visit).map(
      (key, n): Command =>
        (seen) =>
          changed(seen, key, { ticks: [tick + n] }),
    ),
  ],
});

const cancelVisit = (visit: string): Act => ({
  name: 'cancel visit',
  commands: [
    (seen) => (stepsOf(visit).some((key) => seen[key]!.active) ? undefined : 'illegal'),
    ...stepsOf(visit).map(
      (key): Command =>
        (seen) =>
          changed(seen, key, { active: false }),
    ),
  ],
});

function without(seen: Docs, visit: string): Docs {
  return Object.fromEntries(Object.entries(seen).filter(([key]) => !stepsOf(visit).includes(key)));
}

/** The same under an idempotency key, which is taken first and answers whoever comes again. */
const once = (key: string, act: Act): Act => ({
  name: `${act.name} once`,
  commands: [(seen) => (seen[key] ? 'again' : { [key]: { revision: 1 } }), ...act.commands],
});

/** The keys of the unique index that a document has. */
const held = ({ ticks = [], active, overlapping: over }: Doc): readonly number[] =>
  active && !over ? ticks : [];

/** Whether the database refuses what a command writes now, so that the transaction starts over. */
function refused(docs: Docs, { snapshot, writes }: Desk, others: readonly Desk[], written: Docs): boolean {
  const elsewhere = [{ ...docs, ...writes, ...written }, ...others.map((other) => other.writes)];
  return Object.entries(written).some(([key, doc]) => {
    if (others.some((other) => key in other.writes)) return true;
    if (docs[key]?.revision !== snapshot?.[key]?.revision) return true;
    if (!isIndexed) return false;
    const mine = held(doc);
    return elsewhere.some((some) => Object.entries(some).some(([other, its]) => other !== key && held(its).some((tick) => mine.includes(tick)))); // prettier-ignore
  });
}

/** Whether the database has the unique index over holds. */
let isIndexed = true;

const ended = { sent: 0, writes: {} };

/** Every state that can follow. */
function following(state: State): State[] {
  return state.desks.flatMap((desk, n) => {
    const now = (next: Desk, docs = state.docs): State => ({ docs, desks: state.desks.with(n, next) });
    const { act } = desk;
    if (desk.answer !== undefined) return [];
    const expired = now({ act, ...ended });
    if (desk.dead) return [now({ act, ...ended, answer: 'crashed' })];
    const meanwhile = desk.snapshot ? [now({ ...desk, dead: true }), expired] : [];
    const command = act.commands[desk.sent];
    if (!command) {
      const committed = { ...state.docs, ...desk.writes };
      return [...meanwhile, ...['done', 'lost'].map((answer) => now({ act, ...ended, answer }, committed))];
    }
    const open = { ...desk, snapshot: desk.snapshot ?? state.docs };
    const outcome = command({ ...open.snapshot, ...open.writes });
    if (typeof outcome === 'string') return [...meanwhile, now({ act, ...ended, answer: outcome })];
    const on = { ...open, sent: open.sent + 1 };
    if (!outcome) return [...meanwhile, now(on)];
    const others = state.desks.toSpliced(n, 1);
    if (refused(state.docs, open, others, outcome)) return [...meanwhile, expired];
    return [...meanwhile, now({ ...on, writes: { ...open.writes, ...outcome } })];
  });
}

const isBooking = (key: string) => key !== 'counter' && !key.startsWith('key');

/** What can be wrong in what is committed. */
function wrongIn(docs: Docs): string | undefined {
  const bookings = Object.keys(docs).filter(isBooking);
  const ticks = bookings.flatMap((key) => held(docs[key]!));
  if (new Set(ticks).size !== ticks.length) return 'two bookings hold one tick';
  if (docs['counter']!.count !== bookings.length) return 'the quota counts something else';
  if (bookings.length > quota) return 'more bookings than the quota allows';
  for (const key of bookings.filter((one) => /\.[12]$/.test(one))) {
    const [first, second] = stepsOf(key.slice(0, -2)).map((step) => docs[step]);
    if (!first || first.active !== second?.active || first.ticks![0]! + 1 !== second?.ticks![0])
      return 'half a visit is there';
  }
  return undefined;
}

const numbers = new Map<string, number>();
const known = new WeakMap<Docs, number>();

/** A number for the content of some documents, which are never changed and mostly the same ones. */
function numberOf(docs: Docs): number {
  let number = known.get(docs);
  if (number === undefined) {
    const text = JSON.stringify(docs);
    number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    known.set(docs, number);
  }
  return number;
}

/** What of them anybody can see. */
const text = (docs: Docs): string =>
  JSON.stringify(
    Object.entries(docs)
      .map(([key, { ticks, active, overlapping: over, count }]) => [key, ticks, active, !!over, count])
      .sort(),
  );

/** What comes out when acts are done one after another; whoever crashed has done nothing. */
function serial(docs: Docs, order: readonly Desk[]): string | undefined {
  let now = docs;
  for (const { act, answer } of order) {
    if (answer === 'crashed') continue;
    let seen = now;
    let got = 'done';
    for (const command of act.commands) {
      const outcome = command(seen);
      if (typeof outcome === 'string') got = outcome;
      if (typeof outcome === 'string') break;
      if (outcome) seen = { ...seen, ...outcome };
    }
    if (got !== (answer === 'lost' ? 'done' : answer)) return undefined;
    if (got === 'done') now = seen;
  }
  return text(now);
}

function orders<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, n) => orders(items.toSpliced(n, 1)).map((rest) => [first, ...rest]));
}

function keyOf({ docs, desks }: State): string {
  let key = `${numberOf(docs)}`;
  for (const { sent, dead, answer, snapshot, writes } of desks)
    key += `|${sent}${dead ? 'x' : ''}${answer ?? ''},${snapshot ? numberOf(snapshot) : ''},${numberOf(writes)}`;
  return key;
}

/** Walks through everything that these acts can do at the same time. */
function explore(docs: Docs, acts: readonly Act[]): { states: number; answers: Set<string>; wrong?: string } {
  const start: State = { docs, desks: acts.map((act) => ({ act, ...ended })) };
  const seen = new Set<string>([keyOf(start)]);
  const answers = new Set<string>();
  const open = [start];
  const sound = new Set<number>();
  for (let state = open.pop(); state; state = open.pop()) {
    const wrong = sound.has(numberOf(state.docs)) ? undefined : wrongIn(state.docs);
    sound.add(numberOf(state.docs));
    if (wrong) return { states: seen.size, answers, wrong };
    const next = following(state);
    for (const one of next) {
      const key = keyOf(one);
      if (!seen.has(key)) open.push(one);
      seen.add(key);
    }
    if (next.length > 0) continue;
    const { desks } = state;
    for (const { answer } of desks) answers.add(answer!);
    if (!orders(desks).some((order) => serial(docs, order) === text(state.docs)))
      return {
        states: seen.size,
        answers,
        wrong: `${desks.map(({ act, answer }) => `${act.name}: ${answer}`)}`,
      };
  }
  return { states: seen.size, answers };
}

/** A booking and one that was cancelled; one more over it by override; a booking and a visit of two. */
const day: Docs = {
  counter: { revision: 1, count: 2 },
  a: { revision: 1, ticks: [0, 1], active: true },
  c: { revision: 2, ticks: [1, 2], active: false },
};
const crowded: Docs = {
  ...day,
  counter: { revision: 1, count: 3 },
  o: { revision: 1, ticks: [1], active: true, overlapping: true },
};
const visited: Docs = {
  counter: { revision: 1, count: 3 },
  a: { revision: 1, ticks: [0], active: true },
  'v.1': { revision: 1, ticks: [2], active: true },
  'v.2': { revision: 1, ticks: [3], active: true },
};

/** What a desk may do; the bookings that it makes are its own. */
const acts = (desk: number): Act[] => [
  book(`b${desk}`, 1, 2),
  book(`b${desk}`, 2, 3),
  override(`b${desk}`, 0, 1),
  override(`b${desk}`, 2),
  move('a', 1, 2),
  move('a', 2, 3),
  cancel('a'),
  undoCancel('c'),
];
const more = (desk: number): Act[] => [
  ...acts(desk),
  move('o', 0),
  move('o', 3),
  cancel('o'),
  undoCancel('o'),
];
const visits = (desk: number): Act[] => [
  bookVisit(`w${desk}`, 0),
  bookVisit(`w${desk}`, 1),
  book(`b${desk}`, 3),
  moveVisit('v', 1),
  moveVisit('v', 3),
  cancelVisit('v'),
  move('a', 2),
  cancel('a'),
];

/** Every choice of acts for so many desks; which desk does which does not matter. */
function together(from: (desk: number) => Act[], desks: number): Act[][] {
  let all: number[][] = [[]];
  for (let desk = 0; desk < desks; desk++)
    all = all.flatMap((others) =>
      from(desk).flatMap((_, n) => (n >= (others.at(-1) ?? 0) ? [[...others, n]] : [])),
    );
  return all.map((chosen) => chosen.map((n, desk) => from(desk)[n]!));
}

test.each([
  // In so many states, of which each is looked at.
  ['two', 'a plain day', 2, day, acts, 2_000],
  ['two', 'an override', 2, crowded, more, 4_000],
  ['two', 'a visit', 2, visited, visits, 2_000],
  ['three', 'a plain day', 3, day, acts, 70_000],
  ['three', 'an override', 3, crowded, more, 150_000],
  ['three', 'a visit', 3, visited, visits, 60_000],
] as const)(
  '%s desks at once leave nothing half done, nothing held twice, and what some order would: %s',
  (_, __, desks, docs, from, least) => {
    let states = 0;
    for (const chosen of together(from, desks)) {
      const found = explore(docs, chosen);
      expect(found.wrong, chosen.map(({ name }) => name).join(', ')).toBeUndefined();
      states += found.states;
    }
    expect(states).toBeGreaterThan(least);
  },
);

test('without the unique index two desks hold one tick', () => {
  isIndexed = false;
  const found = together(acts, 2).filter((chosen) => explore(day, chosen).wrong);
  isIndexed = true;
  expect(found.map((chosen) => chosen.map(({ name }) => name).join(' and '))).toContain(
    'book 2,3 and move a 1,2',
  );
});

test('who asks again under the same key, because no answer came, is answered and has booked once', () => {
  const asked = (desk: number) => once('key', book(`b${desk}`, 2, 3));
  const { wrong, answers } = explore(day, [asked(0), asked(1), move('a', 2, 3)]);
  expect(wrong).toBeUndefined();
  expect([...answers].toSorted()).toEqual(['again', 'busy', 'crashed', 'done', 'lost']);
});
