import { inPart, Later } from '../bson/bounded.ts';
import { Alike } from '../bson/alike.ts';
import { encode } from '../bson/encode.ts';
import { compare, equal, type StringOrder } from '../bson/compare.ts';
import { encodeKey } from '../bson/keys.ts';
import { Code, fieldsOf, isDoc, MaxKey, MinKey, put, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { scopeOf } from '../expression/scope.ts';
import { Packed } from '../query/packed.ts';
import { Found, inMoreParts, PAUSE, type Pausing } from '../query/scan.ts';
import { keepAll, type DocumentOrder } from '../query/sort.ts';
import { paced, sorted } from '../query/sorted.ts';
import type { Accumulator } from './accumulators.ts';
import { compileKey, parseAccumulator } from './group-spec.ts';
import { each, type StageMaker } from './stage.ts';

interface Group {
  id: Value;
  fields: Accumulator[];
}

export const group: StageMaker = (argument, { environment, variables, memory }) => {
  if (!isDoc(argument)) return fail(15947, "a group's fields must be specified in an object");
  const fields = fieldsOf(argument)
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => ({ name, ...parseAccumulator(name, value, environment) }));
  if (argument['_id'] === undefined) fail(15955, 'a group specification must include an _id');
  const key = compileKey(argument['_id'] as Value, environment);
  const { strings } = environment;
  const idOf = (doc: Doc): Value => key(scopeOf(doc, variables)) ?? null;
  /** What a document gives to its group. */
  const given = (doc: Doc): (Value | undefined)[] => {
    const scope = scopeOf(doc, variables);
    return fields.map(({ expression }) => expression(scope));
  };
  const gather = (group: Group, values: readonly (Value | undefined)[]): number => {
    let grown = 0;
    for (const [at, accumulator] of group.fields.entries()) {
      const before = accumulator.bytes?.() ?? 0;
      accumulator.add(values[at]);
      grown += (accumulator.bytes?.() ?? 0) - before;
    }
    return grown;
  };
  const begin = (id: Value): Group => ({ id, fields: fields.map(({ make }) => make(strings)) });
  const finish = ({ id, fields: gathered }: Group): Doc => {
    const doc: Doc = { _id: id };
    for (const [at, accumulator] of gathered.entries())
      put(doc, fields[at]?.name ?? '', accumulator.result() ?? null);
    return doc;
  };

  return function* (source) {
    const groups = new Groups(strings, 200 + 100 * fields.length, memory.bytes);
    const others = function* (): Pausing<Found> {
      let work = 0;
      for (const item of source) {
        if (item === PAUSE || strings || ++work % 500 === 0) yield PAUSE;
        if (item === PAUSE) continue;
        const doc = item as Doc;
        const key = inPart(idOf, doc);
        const id = key instanceof Later ? yield* inMoreParts(idOf, doc, key) : key;
        const known = groups.find(id) ?? (groups.full ? undefined : groups.add(id, begin(id)));
        if (known) {
          const values = inPart(given, doc);
          groups.grow(
            gather(known, values instanceof Later ? yield* inMoreParts(given, doc, values) : values),
          );
        } else if (memory.disk) yield new Found(0, encode(doc), doc);
        else
          fail(
            'QueryExceededMemoryLimitNoDiskUseAllowed',
            'Exceeded memory limit for $group, but did not allow external sort. Pass allowDiskUse:true to opt in.',
          );
      }
    };
    // What finds memory full is sorted by its group, which lets one group at a time be gathered afterwards.
    const rest = strings
      ? sorted(others(), byValue(idOf, strings), Infinity, memory)
      : sorted(others(), byBytes(idOf), Infinity, memory);
    let next = rest.next();
    for (; next.value === PAUSE; next = rest.next()) yield PAUSE;
    // A stage that gives nothing back, such as $count, would take them all at once.
    for (const group of paced(groups.all())) yield group === PAUSE ? group : finish(group as Group);
    let group: Group | undefined;
    for (; !next.done; next = rest.next()) {
      if (next.value === PAUSE) {
        yield PAUSE;
        continue;
      }
      const { doc } = next.value as Found;
      const id = idOf(doc);
      if (!group || !equal(group.id, id, strings)) {
        if (group) yield finish(group);
        group = begin(id);
      }
      const values = inPart(given, doc);
      gather(group, values instanceof Later ? yield* inMoreParts(given, doc, values) : values);
    }
    if (group) yield finish(group);
  };
};

type IdOf = (doc: Doc) => Value;

const byValue = (idOf: IdOf, strings: StringOrder): DocumentOrder<Value> => ({
  key: idOf,
  compare: (a, b) => compare(a, b, strings),
  keep: keepAll,
});

const byBytes = (idOf: IdOf): DocumentOrder<Buffer> => ({
  key: (doc) => encodeKey([idOf(doc)]),
  compare: Buffer.compare,
  keep: (keys) => new Packed(keys),
});

/** The groups that memory holds. */
class Groups {
  /** Many small maps, since one large one holds everything up when it grows. */
  readonly #byKey = Array.from({ length: 64 }, () => new Map<string, Group>());
  readonly #distinct: Group[] = [];
  /** With a collation equal ids may have different bytes. */
  readonly #alike: Alike<Group> | undefined;
  readonly #cost: number;
  readonly #most: number;
  #bytes = 0;

  constructor(strings: StringOrder | undefined, cost: number, most: number) {
    this.#alike = strings && new Alike(strings);
    this.#cost = cost;
    this.#most = most;
  }

  get full(): boolean {
    return this.#bytes > this.#most;
  }

  find(id: Value): Group | undefined {
    const name = nameOf(id);
    const known = this.#mapOf(name).get(name);
    if (known || !this.#alike) return known;
    const same = this.#alike.get(id);
    if (same) this.#mapOf(name).set(name, same);
    return same;
  }

  add(id: Value, group: Group): Group {
    const name = nameOf(id);
    this.#mapOf(name).set(name, group);
    this.#alike?.add(id, group);
    this.#distinct.push(group);
    this.#bytes += this.#cost + 2 * name.length;
    return group;
  }

  #mapOf(name: string): Map<string, Group> {
    let hash = 0;
    for (let at = 0; at < name.length && at < 32; at++) hash = (hash * 31 + name.charCodeAt(at)) | 0;
    return this.#byKey[hash & 63] as Map<string, Group>;
  }

  /** Counts what the groups' own lists have grown by. */
  grow(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > 2 * this.#most)
      fail(
        'ExceededMemoryLimit',
        `a list gathered by $group used too much memory and cannot spill to disk. Memory limit: ${this.#most} bytes`,
      );
  }

  all(): readonly Group[] {
    return this.#distinct;
  }
}

const nameOf = (id: Value): string => encodeKey([id]).toString('latin1');

/** MongoDB's engine of groups gives a $project behind it the ends of the order inside a document, and code as a string. */
export const handOver = each((doc) => {
  const handed: Doc = {};
  for (const [name, value] of fieldsOf(doc)) put(handed, name, handedOver(value));
  return handed;
});

function handedOver(value: Value): Value {
  if (value instanceof MinKey || value instanceof MaxKey) return { '': value };
  if (value instanceof Code) return value.code;
  return Array.isArray(value) ? value.map(handedOver) : value;
}
