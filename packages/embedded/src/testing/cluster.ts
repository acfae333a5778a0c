// A sharded cluster as far as somebody sees it who sets one up: the commands of MongoDB's manual, with their fields and
// what they refuse, and what the config database then says. Nothing is distributed.
import { fail } from '../errors.ts';

export type Plain = Readonly<Record<string, unknown>>;

/** What the cluster asks of where its documents lie. */
export type Indexes = (namespace: string) => Promise<readonly Plain[]>;

type Act = (what: string, command: Plain) => Promise<void> | void;

/** The fields of each command beside its own name. */
const fields: Readonly<Record<string, readonly string[]>> = {
  shardCollection: ['key', 'unique', 'numInitialChunks', 'presplitHashedZones', 'collation', 'timeseries'],
  addShardToZone: ['zone'],
  removeShardFromZone: ['zone'],
  updateZoneKeyRange: ['min', 'max', 'zone'],
};

/** What a driver adds to any command. */
const added = new Set(['$db', 'lsid', '$clusterTime', '$readPreference', 'writeConcern', 'readConcern']);

export class Cluster {
  /** What has changed it, in order, without what a driver adds. */
  readonly commands: Plain[] = [];
  readonly #zones: ReadonlyMap<string, Set<string>>;
  readonly #keys = new Map<string, unknown>();
  readonly #ranges: { ns: string; min: Plain; max: Plain; tag: string }[] = [];
  readonly #indexes: Indexes;

  constructor(shards: readonly string[], indexes: Indexes) {
    this.#zones = new Map(shards.map((name) => [name, new Set<string>()]));
    this.#indexes = indexes;
  }

  readonly #acts: Readonly<Record<string, Act>> = {
    shardCollection: async (ns, { key }) => {
      if (this.#keys.has(ns) && JSON.stringify(this.#keys.get(ns)) !== JSON.stringify(key))
        fail(23, `${ns} is sharded by another key`);
      const indexes = await this.#indexes(ns);
      const begins = (index: Plain) => firstOf(index['key']) === firstOf(key);
      for (const index of indexes)
        if (index['unique'] === true && !begins(index))
          fail('InvalidOptions', `can't shard collection '${ns}' with unique index ${String(index['name'])}`);
      const supports = (index: Plain) =>
        begins(index) && index['sparse'] !== true && index['partialFilterExpression'] === undefined;
      if (indexes.length > 0 && !indexes.some(supports))
        fail('InvalidOptions', 'Please create an index that starts with the proposed shard key');
      this.#keys.set(ns, key);
    },
    addShardToZone: (shard, { zone }) => void this.#zonesOf(shard).add(String(zone)),
    removeShardFromZone: (shard, { zone }) => {
      this.#zonesOf(shard).delete(String(zone));
      if (!this.#isZone(zone) && this.#ranges.some(({ tag }) => tag === zone))
        fail(183, `${String(zone)} still has ranges`);
    },
    updateZoneKeyRange: (ns, { min, max, zone }) => {
      if (!this.#keys.has(ns)) fail(118, `${ns} is not sharded`);
      if (!this.#isZone(zone)) fail(182, `Zone ${String(zone)} does not exist`);
      const range = { ns, min: min as Plain, max: max as Plain, tag: String(zone) };
      const overlaps = (one: typeof range) =>
        one.ns === ns && valueOf(one.min) < valueOf(range.max) && valueOf(one.max) > valueOf(range.min);
      if (this.#ranges.some(overlaps)) fail(178, `The range of ${String(zone)} overlaps with another one`);
      this.#ranges.push(range);
    },
  };

  /** Does a command of the admin database, and answers whether it is one of a cluster. */
  async does(name: string, command: Plain): Promise<boolean> {
    const act = this.#acts[name];
    if (!act) return false;
    if (command['$db'] !== 'admin')
      fail('Unauthorized', `${name} may only be run against the admin database.`);
    const said = Object.fromEntries(Object.entries(command).filter(([field]) => !added.has(field)));
    for (const field of Object.keys(said))
      if (field !== name && !fields[name]?.includes(field))
        fail(40415, `'${name}.${field}' is an unknown field.`);
    await act(String(command[name]), said);
    this.commands.push(said);
    return true;
  }

  shards(): Plain[] {
    return [...this.#zones].map(([_id, zones]) => ({
      _id,
      host: `${_id}/${_id}:27018`,
      state: 1,
      tags: [...zones],
    }));
  }

  /** The documents of a collection of the config database. */
  config(name: string): Plain[] {
    if (name === 'collections') return [...this.#keys].map(([_id, key]) => ({ _id, key, unique: false }));
    if (name === 'tags')
      return this.#ranges.map((range) => ({ _id: { ns: range.ns, min: range.min }, ...range }));
    return fail('NamespaceNotFound', `config.${name} is not here`);
  }

  #zonesOf(shard: string): Set<string> {
    return this.#zones.get(shard) ?? fail(70, `Shard ${shard} does not exist`);
  }

  #isZone(zone: unknown): boolean {
    return [...this.#zones.values()].some((zones) => zones.has(String(zone)));
  }
}

const firstOf = (pattern: unknown) => Object.keys(pattern as object)[0];
const valueOf = (bound: Plain) => String(Object.values(bound)[0]);
