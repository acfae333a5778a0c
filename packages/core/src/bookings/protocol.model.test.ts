// The protocol by which bookings take and release time, as a model of its database commands: every interleaving of two
// and three desks is walked through, with a crash between any two commands. Transactions read a snapshot, the first
// writer of a document wins, and the unique index over holds looks past all snapshots. Nothing expires by itself in the
// product: a release by somebody, `cancel`, stands for any. The races against a real database are in desks.test.ts.
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

/** What a command does with what its transaction sees: it writes one document, refuses the act, or only reads. */
type Command = (seen: Docs) => { readonly key: string; readonly doc: Doc } | string | undefined;

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
  readonly answer?: string;
}

interface State {
  readonly docs: Docs;
  readonly desks: readonly Desk[];
}

const quota = 3;

function overlapping(seen: Docs, ticks: readonly number[], except: string): boolean {
  return Object.entries(seen).some(
    ([key, doc]) => key !== except && doc.active && doc.ticks?.some((tick) => ticks.includes(tick)),
  );
}

const counting =
  (by: number): Command =>
  (seen) => {
    const { revision, count = 0 } = seen['counter']!;
    return count + by > quota
      ? 'quota'
      : { key: 'counter', doc: { revision: revision + 1, count: count + by } };
  };

const changed = (seen: Docs, key: string, change: Partial<Doc>) => {
  return { key, doc: { ...seen[key]!, ...change, revision: seen[key]!.revision + 1 } };
};

const book = (key: string, ...ticks: number[]): Act => ({
  name: `book ${ticks}`,
  commands: [
    counting(1),
    (seen) => (overlapping(seen, ticks, key) ? 'busy' : undefined),
    () => ({ key, doc: { revision: 1, ticks, active: true } }),
  ],
});

const override = (key: string, ...ticks: number[]): Act => ({
  name: `override ${ticks}`,
  commands: [
    counting(1),
    (seen) => {
      const doc = { revision: 1, ticks, active: true };
      return { key, doc: overlapping(seen, ticks, key) ? { ...doc, overlapping: true } : doc };
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

/** The keys of the unique index that a document has. */
const held = ({ ticks = [], active, overlapping: over }: Doc): readonly number[] =>
  active && !over ? ticks : [];

/** Whether the database refuses a write now, so that the transaction starts over. */
function refused(state: State, desk: Desk, key: string, doc: Doc, indexed: boolean): boolean {
  const others = state.desks.filter((other) => other !== desk);
  if (others.some(({ writes }) => key in writes)) return true;
  if (state.docs[key]?.revision !== desk.snapshot?.[key]?.revision) return true;
  const elsewhere = [{ ...state.docs, ...desk.writes }, ...others.map(({ writes }) => writes)].flatMap(
    (docs) => Object.entries(docs).flatMap(([other, its]) => (other === key ? [] : held(its))),
  );
  return indexed && held(doc).some((tick) => elsewhere.includes(tick));
}

const ended = { sent: 0, writes: {} };

/** Every state that can follow. */
function following(state: State, indexed: boolean): State[] {
  return state.desks.flatMap((desk, n) => {
    const now = (next: Desk, docs = state.docs): State => ({ docs, desks: state.desks.with(n, next) });
    const { act } = desk;
    if (desk.answer !== undefined) return [];
    if (desk.dead) return [now({ act, ...ended, answer: 'crashed' })];
    const crash = desk.snapshot ? [now({ ...desk, dead: true })] : [];
    const command = act.commands[desk.sent];
    if (!command) {
      const committed = { ...state.docs, ...desk.writes };
      return [...crash, now({ act, ...ended, answer: 'done' }, committed)];
    }
    const open = { ...desk, snapshot: desk.snapshot ?? state.docs };
    const outcome = command({ ...open.snapshot, ...open.writes });
    if (typeof outcome === 'string') return [...crash, now({ act, ...ended, answer: outcome })];
    if (!outcome) return [...crash, now({ ...open, sent: open.sent + 1 })];
    const { key, doc } = outcome;
    if (refused({ ...state, desks: state.desks.with(n, open) }, open, key, doc, indexed))
      return [...crash, now({ act, ...ended })];
    return [...crash, now({ ...open, sent: open.sent + 1, writes: { ...open.writes, [key]: doc } })];
  });
}

/** What can be wrong in what is committed. */
function wrongIn(docs: Docs): string | undefined {
  const bookings = Object.entries(docs).filter(([key]) => key !== 'counter');
  const ticks = bookings.flatMap(([, doc]) => held(doc));
  if (new Set(ticks).size !== ticks.length) return 'two bookings hold one tick';
  if (docs['counter']!.count !== bookings.length) return 'the quota counts something else';
  if (bookings.length > quota) return 'more bookings than the quota allows';
  return undefined;
}

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
      if (outcome) seen = { ...seen, [outcome.key]: outcome.doc };
    }
    if (got !== answer) return undefined;
    if (got === 'done') now = seen;
  }
  return text(now);
}

function orders<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first, n) => orders(items.toSpliced(n, 1)).map((rest) => [first, ...rest]));
}

/** Walks through everything that these acts can do at the same time. */
function explore(docs: Docs, acts: readonly Act[], indexed = true): { states: number; wrong?: string } {
  const start: State = { docs, desks: acts.map((act) => ({ act, ...ended })) };
  const seen = new Set<string>();
  const open = [start];
  for (let state = open.pop(); state; state = open.pop()) {
    const key = JSON.stringify([state.docs, state.desks]);
    if (seen.has(key)) continue;
    seen.add(key);
    const wrong = wrongIn(state.docs);
    if (wrong) return { states: seen.size, wrong };
    const next = following(state, indexed);
    open.push(...next);
    if (next.length > 0) continue;
    const { desks } = state;
    if (!orders(desks).some((order) => serial(docs, order) === text(state.docs)))
      return { states: seen.size, wrong: `${desks.map(({ act, answer }) => `${act.name}: ${answer}`)}` };
  }
  return { states: seen.size };
}

/** One booking at ten, one over it by override, and one that was cancelled. */
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
  [2, day, acts],
  [2, crowded, more],
  [3, day, acts],
])(
  '%i desks at once leave nothing half done, nothing held twice, and what some order would',
  (desks, docs, from) => {
    let states = 0;
    for (const chosen of together(from, desks)) {
      const found = explore(docs, chosen);
      expect(found.wrong, chosen.map(({ name }) => name).join(', ')).toBeUndefined();
      states += found.states;
    }
    expect(states).toBeGreaterThan(desks === 2 ? 1_000 : 30_000);
  },
);

test('without the unique index two desks hold one tick', () => {
  const found = together(acts, 2).filter((chosen) => explore(day, chosen, false).wrong);
  expect(found.map((chosen) => chosen.map(({ name }) => name).join(' and '))).toContain(
    'book 2,3 and move a 1,2',
  );
});
