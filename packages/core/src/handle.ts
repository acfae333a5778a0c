import { isDeepStrictEqual } from 'node:util';
import {
  BSON,
  ObjectId,
  type AnyBulkWriteOperation,
  type ClientSession,
  type Collection as RawCollection,
  type Document as Bson,
  type Filter as RawFilter,
  type UpdateFilter,
} from 'mongodb';
import type { Clock } from './clock.ts';
import type { ClinicSettings, Collection, TenantDocument } from './collections.ts';
import { firstKey, isPlainObject, stages } from './dialect.ts';
import { translated } from './driver-errors.ts';
import { notFound } from './errors.ts';
import { leadsToTenant, type Pipeline } from './pipeline.ts';
import type { Filter, NewDocument, Sort, Stage, Update } from './query.ts';
import { aggregateRaw, findRaw, type Asked } from './read-raw.ts';
import { typedDocument } from './typed.ts';
import { difference, upgraded, versionOf } from './versions.ts';
import { insertInside } from './write-raw.ts';

export type { Condition, Filter, Join, NewDocument, Sort, Stage, Update } from './query.ts';

/** The most documents that one find may return. */
export const findLimit = 50_000;

/** Whose documents they are, and how that clinic is configured. */
interface Owner {
  readonly id: string;
  readonly config: ClinicSettings;
}

/** A collection seen from inside one tenant. Every filter, document and pipeline is bound to it here. */
export class TenantHandle<Document extends TenantDocument> {
  readonly #raw: RawCollection;
  readonly #collection: Collection<Document>;
  readonly #tenant: Owner;
  readonly #clock: Clock;
  readonly #session: ClientSession | undefined;

  constructor(
    raw: RawCollection,
    collection: Collection<Document>,
    tenant: Owner,
    clock: Clock,
    session: ClientSession | undefined,
  ) {
    this.#raw = raw;
    this.#collection = collection;
    this.#tenant = tenant;
    this.#clock = clock;
    this.#session = session;
  }

  get name(): string {
    return this.#collection.name;
  }

  /**
   * The document of an id. Whatever is no id, a value that came from outside without being read too, is the id of
   * nothing.
   * @throws NOT_FOUND
   */
  async get(id: Document['id'], what: string): Promise<Document> {
    const found = typeof id === 'string' ? await this.findOne({ id } as Filter<Document>) : undefined;
    if (!found) throw notFound(what);
    return found;
  }

  async findOne(
    filter: Filter<Document>,
    options: { sort?: Sort<Document> } = {},
  ): Promise<Document | undefined> {
    const sort = options.sort && { sort: stored(options.sort) };
    return this.#documents(await this.#answers(filter, { limit: 1, ...sort }))[0];
  }

  /**
   * A document, and the one of another collection that it refers to: in one round trip. The second is undefined where
   * there is none that matches.
   * @param reference the field that holds the other one's id
   */
  async findOneWith<Other extends TenantDocument>(
    filter: Filter<Document>,
    reference: keyof Document & string,
    other: TenantHandle<Other>,
    otherFilter: Filter<Other>,
  ): Promise<[Document, Other | undefined] | undefined> {
    const pipeline = [
      { $match: this.#bound(filter) },
      { $limit: 1 },
      { $set: { referred: { $toObjectId: `$${reference}` } } },
      {
        $lookup: {
          from: other.name,
          localField: 'referred',
          foreignField: '_id',
          pipeline: [{ $match: other.#bound(otherFilter) }],
          as: 'referred',
        },
      },
    ];
    const [found] = await this.#send(() => aggregateRaw(this.#raw, pipeline, this.#session));
    if (!found) return undefined;
    const { referred, ...raw } = BSON.deserialize(found);
    const [second] = referred as Bson[];
    return [this.#loaded(raw), second && other.#loaded(second)];
  }

  /** Documents in an order; never more than `limit`, which has to be said. */
  async find(
    filter: Filter<Document>,
    options: {
      limit: number;
      sort?: Sort<Document>;
      skip?: number;
      only?: readonly (keyof Document & string)[];
    },
  ): Promise<Document[]> {
    assertBound(options.limit);
    const { limit, skip, sort, only } = options;
    const fields = only && ['version', 'revision', ...only].map((key) => [key === 'id' ? '_id' : key, 1]);
    const answers = await this.#answers(filter, {
      limit,
      ...(skip && { skip }),
      ...(sort && { sort: stored(sort) }),
      ...(fields && { projection: Object.fromEntries(fields) }),
    });
    return only ? this.#parts(answers) : this.#documents(answers);
  }

  /** Documents as they lie in the database, of whatever version, with the type of every number: for another database. */
  async stored(
    filter: Filter<Document>,
    { limit, sort }: { limit: number; sort: Sort<Document> },
  ): Promise<Bson[]> {
    assertBound(limit);
    const order = stored(sort) as Record<string, 1 | -1>;
    const cursor = this.#raw.find(this.#bound(filter), {
      ...this.#options(),
      raw: true,
      limit,
      batchSize: limit,
      sort: order,
    });
    const found = await this.#send(() => cursor.toArray());
    return found.map((bytes) => typedDocument(bytes as unknown as Uint8Array));
  }

  /** @param limit where counting ends, for who needs to know no more */
  count(filter: Filter<Document>, limit?: number): Promise<number> {
    const options = { ...this.#options(), ...(limit !== undefined && { limit }) };
    return this.#send(() => this.#raw.countDocuments(this.#bound(filter), options));
  }

  async insert(document: NewDocument<Document>): Promise<Document> {
    return this.#loaded(await this.#inserted(document));
  }

  /** Inserts a document that nobody looks at now. */
  async append(document: NewDocument<Document>): Promise<void> {
    await this.#inserted(document);
  }

  async #inserted(document: NewDocument<Document>): Promise<Bson> {
    const whole = this.#whole(document);
    const session = this.#session;
    if (session) await insertInside(this.#raw, whole, session);
    else await this.#send(() => this.#raw.insertOne(whole));
    return whole;
  }

  async insertMany(documents: readonly NewDocument<Document>[]): Promise<Document[]> {
    if (documents.length <= 1) return Promise.all(documents.map((one) => this.insert(one)));
    const whole = documents.map((document) => this.#whole(document));
    await this.#send(() => this.#raw.insertMany(whole, this.#options()));
    return whole.map((raw) => this.#loaded(raw));
  }

  /** The document after the change, or undefined when none matched. */
  async update(filter: Filter<Document>, update: Update<Document>): Promise<Document | undefined> {
    const changed = () =>
      this.#send(() =>
        this.#raw.findOneAndUpdate(this.#boundToCurrent(filter), this.#changes(update), {
          ...this.#options(),
          returnDocument: 'after',
        }),
      );
    const found = (await changed()) ?? ((await this.#bringUp(filter)) ? await changed() : undefined);
    return found ? this.#loaded(found) : undefined;
  }

  /** The document after the change, made from the filter and `$setOnInsert` when there was none. */
  async upsert(filter: Filter<Document>, update: Update<Document>): Promise<Document> {
    const { $setOnInsert: ofNew, ...ofAny } = update;
    const updated = this.#collection.upgrades.length > 1 && (await this.update(filter, ofAny));
    if (updated) return updated;
    const { $set, ...rest } = this.#changes(ofAny) as { $set: Bson };
    const found = await this.#send(() =>
      this.#raw.findOneAndUpdate(
        this.#bound(filter),
        {
          ...rest,
          $set,
          $setOnInsert: { ...ofNew, createdAt: this.#clock(), version: this.#collection.upgrades.length },
        },
        { ...this.#options(), returnDocument: 'after', upsert: true },
      ),
    );
    return this.#loaded(found!);
  }

  /** How many documents were changed. */
  async updateMany(filter: Filter<Document>, update: Update<Document>): Promise<number> {
    await this.#bringUp(filter);
    const result = await this.#send(() =>
      this.#raw.updateMany(this.#boundToCurrent(filter), this.#changes(update), this.#options()),
    );
    return result.modifiedCount;
  }

  /** One update for each entry, in one round trip. */
  async updateEach(
    entries: readonly { filter: Filter<Document>; update: Update<Document> }[],
  ): Promise<number> {
    if (entries.length === 0) return 0;
    const writes = entries.map(({ filter, update }): AnyBulkWriteOperation => ({
      updateOne: { filter: this.#boundToCurrent(filter), update: this.#changes(update) },
    }));
    const result = await this.#send(() => this.#raw.bulkWrite(writes, this.#options()));
    if (result.matchedCount === entries.length) return result.modifiedCount;
    let late = 0;
    for (const { filter, update } of entries) {
      if ((await this.#bringUp(filter)) && (await this.update(filter, update))) late++;
    }
    return result.modifiedCount + late;
  }

  async delete(filter: Filter<Document>): Promise<number> {
    const result = await this.#send(() => this.#raw.deleteMany(this.#bound(filter), this.#options()));
    return result.deletedCount;
  }

  /**
   * Moves documents as they are, ids and revisions included, to another collection of the same tenant: copied, read
   * back and compared, and only then deleted. In a transaction, so that whoever dies in between has moved none.
   * @returns their ids
   */
  async moveTo(
    other: TenantHandle<Document>,
    filter: Filter<Document>,
    { limit, sort }: { limit: number; sort: Sort<Document> },
  ): Promise<string[]> {
    if (!this.#session || other.#tenant.id !== this.#tenant.id)
      throw new TypeError('Documents are moved within a tenant, in a transaction.');
    assertBound(limit);
    const order = stored(sort) as Record<string, 1 | -1>;
    const found = await this.#raw
      .find(this.#boundToCurrent(filter), { ...this.#options(), limit, sort: order, batchSize: limit })
      .toArray();
    if (found.length === 0) return [];
    const same = { $and: [{ tenantId: this.#tenant.id }, { _id: { $in: found.map(({ _id }) => _id) } }] };
    await other.#raw.insertMany(found, this.#options());
    const copies = await other.#raw.find(same, { ...this.#options(), batchSize: limit }).toArray();
    const byId = new Map(copies.map((copy) => [copy._id.toHexString(), copy]));
    const isCopied = found.every((one) => isDeepStrictEqual(byId.get(one._id.toHexString()), one));
    if (!isCopied) throw new Error(`${other.name} does not hold what was copied to it.`);
    const { deletedCount } = await this.#raw.deleteMany(same, this.#options());
    if (deletedCount !== found.length) throw new Error(`${this.name} lost documents while they were moved.`);
    return found.map(({ _id }) => _id.toHexString());
  }

  /**
   * Runs a pipeline over the tenant's documents. Ids come back as `_id` only where a stage made one. More rows than a
   * find may return are refused, not cut: a pipeline that could make them ends with a `$limit` of its own.
   */
  async aggregate<Row extends object>(wanted: Pipeline): Promise<Row[]> {
    const rows = await this.#aggregate([...this.#pipeline(wanted), { $limit: findLimit + 1 }]);
    if (rows.length > findLimit) {
      throw new RangeError(`A pipeline answers at most ${findLimit} rows. End it with a $limit.`);
    }
    return rows as Row[];
  }

  /** As bytes, like documents: see `#documents`. */
  async #aggregate(pipeline: Bson[]): Promise<Bson[]> {
    const cursor = this.#raw.aggregate(pipeline, { ...this.#options(), raw: true });
    const found = await this.#send(() => cursor.toArray());
    return found.map((bytes) => BSON.deserialize(bytes as Uint8Array));
  }

  /** What the engine did for a find: how many keys and documents it looked at. */
  async explain(
    filter: Filter<Document>,
    options: { sort?: Sort<Document>; limit?: number } = {},
  ): Promise<{ keysExamined: number; docsExamined: number; returned: number }> {
    const cursor = this.#raw.find(this.#bound(filter), {
      ...(options.limit && { limit: options.limit }),
      ...(options.sort && { sort: stored(options.sort) as Record<string, 1 | -1> }),
    });
    const { executionStats } = await this.#send(() => cursor.explain('executionStats'));
    return {
      keysExamined: Number(executionStats.totalKeysExamined),
      docsExamined: Number(executionStats.totalDocsExamined),
      returned: Number(executionStats.nReturned),
    };
  }

  /** What the engine did for a pipeline, its joins included where it says so. */
  async explainAggregate(wanted: Pipeline): Promise<{ keysExamined: number; docsExamined: number }> {
    const pipeline = this.#pipeline(wanted);
    const explained = await this.#send(() => this.#raw.aggregate(pipeline).explain('executionStats'));
    return {
      keysExamined: total(explained, 'totalKeysExamined'),
      docsExamined: total(explained, 'totalDocsExamined'),
    };
  }

  #pipeline(wanted: readonly Stage[]): Bson[] {
    return [{ $match: { tenantId: this.#tenant.id } }, ...wanted.map((stage) => this.#emitted(stage))];
  }

  #emitted(stage: Stage): Bson {
    if (leadsToTenant(stage)) throw tenantNamed();
    if (stage.$join) {
      const { from, pipeline, ...join } = stage.$join;
      return { $lookup: { ...join, from: from.name, pipeline: this.#pipeline(pipeline) } };
    }
    if (stage.$facet) {
      const facets = Object.entries(stage.$facet).map(([name, inner]) => [
        name,
        inner.map((one) => this.#emitted(one)),
      ]);
      return { $facet: Object.fromEntries(facets) as Bson };
    }
    const [name = '', ...more] = Object.keys(stage);
    if (!stages.has(name) || name === '$lookup' || more.length > 0)
      throw new TypeError(`${name} is no stage.`);
    refuseTenantId(stage);
    return stage;
  }

  #options(): { session?: ClientSession } {
    return this.#session ? { session: this.#session } : {};
  }

  async #send<Result>(command: () => Promise<Result>): Promise<Result> {
    if (this.#session) return command();
    try {
      return await command();
    } catch (error) {
      throw translated(error);
    }
  }

  #answers(filter: Filter<Document>, asked: Asked): Promise<readonly Uint8Array[]> {
    return this.#send(() => findRaw(this.#raw, this.#bound(filter), asked, this.#session));
  }

  #bound(filter: Filter<Document>): RawFilter<Bson> {
    refuseTenantId(filter);
    return { ...stored(filter), tenantId: this.#tenant.id };
  }

  /** An update speaks of the fields of this version, so it must not meet a document of another one. */
  #boundToCurrent(filter: Filter<Document>): RawFilter<Bson> {
    return { $and: [this.#bound(filter), { version: this.#collection.upgrades.length }] };
  }

  /**
   * Stores the documents that match, of an older version, as this version has them.
   * @returns whether there were any
   * @throws UNAVAILABLE when one is of a newer version
   */
  async #bringUp(filter: Filter<Document>): Promise<boolean> {
    const others = { $and: [this.#bound(filter), { version: { $ne: this.#collection.upgrades.length } }] };
    const old = await this.#send(() =>
      this.#raw.find(others, { ...this.#options(), limit: findLimit }).toArray(),
    );
    if (old.length === 0) return false;
    const writes = old.map((raw): AnyBulkWriteOperation => {
      const { _id, revision = { $exists: false } } = raw as { _id: ObjectId; revision?: unknown };
      const unchanged = { $and: [{ tenantId: this.#tenant.id }, { _id, revision }] } as RawFilter<Bson>;
      return { updateOne: { filter: unchanged, update: difference(raw, this.#upgraded(raw)) } };
    });
    await this.#send(() => this.#raw.bulkWrite(writes, this.#options()));
    return true;
  }

  #upgraded(raw: Bson): Bson {
    return upgraded(raw, this.#collection.upgrades, this.#tenant.config);
  }

  #loaded(raw: Bson): Document {
    return withId(this.#upgraded(raw)) as Document;
  }

  /**
   * The documents of a find. They are asked for as bytes: the driver decodes each answer for the listeners of its command
   * events, the firewall is one, and would decode every document a second time for the caller.
   */
  #documents(answers: readonly Uint8Array[]): Document[] {
    return this.#collection.reader
      .rows(answers)
      .map((row, n) =>
        row && this.#isCurrent(row) ? (row as Document) : this.#loaded(BSON.deserialize(answers[n]!)),
      );
  }

  /** Parts of documents; one of another version is read as a whole: what is upgraded needs all that it had. */
  async #parts(answers: readonly Uint8Array[]): Promise<Document[]> {
    const parts = this.#collection.reader
      .rows(answers)
      .map((row, n) => (row ?? withId(BSON.deserialize(answers[n]!))) as Document);
    const old = parts.filter((part) => !this.#isCurrent(part)).map(({ id }) => new ObjectId(id));
    if (old.length === 0) return parts;
    const filter = { $and: [{ tenantId: this.#tenant.id }, { _id: { $in: old } }] };
    const whole = await this.#send(() => this.#raw.find(filter, this.#options()).toArray());
    const byId = new Map(whole.map((raw) => [raw._id.toHexString(), this.#loaded(raw)]));
    return parts.flatMap((part) => (this.#isCurrent(part) ? part : (byId.get(part.id) ?? [])));
  }

  #isCurrent(row: Bson): boolean {
    return versionOf(row) === this.#collection.upgrades.length;
  }

  #whole(document: NewDocument<Document>): Bson {
    refuseTenantId(document);
    // Into anything else nobody looks, though its fields would be taken over.
    if (!isPlainObject(document)) throw new TypeError('A new document is a plain object.');
    if ('_id' in document || 'id' in document) throw new TypeError('The database makes the ids.');
    const now = this.#clock();
    const whole: Bson = { _id: new ObjectId(), tenantId: this.#tenant.id };
    // Pairs would say the same at twice the cost.
    const given = document as Bson;
    for (const key of Object.keys(given)) if (given[key] !== undefined) whole[key] = given[key];
    whole['createdAt'] = now;
    whole['updatedAt'] = now;
    whole['version'] = this.#collection.upgrades.length;
    whole['revision'] = 1;
    return whole;
  }

  #changes(update: Update<Document>): UpdateFilter<Bson> {
    refuseTenantId(update);
    const set: Bson = { updatedAt: this.#clock() };
    const unset: Record<string, true> = { ...(update.$unset as Record<string, true> | undefined) };
    for (const [key, value] of Object.entries(update.$set ?? {})) {
      if (value === undefined) unset[key] = true;
      else set[key] = value;
    }
    return {
      ...(update as Bson),
      $set: set,
      $inc: { ...(update.$inc as Bson | undefined), revision: 1 },
      ...(Object.keys(unset).length > 0 && { $unset: unset }),
    } as UpdateFilter<Bson>;
  }
}

function assertBound(limit: number): void {
  if (limit >= 1 && limit <= findLimit) return;
  throw new RangeError(`A find is limited to 1 to ${findLimit} documents, not ${limit}.`);
}

/** The sum of a figure over everything that an explanation speaks of. */
function total(explained: unknown, figure: string): number {
  if (typeof explained !== 'object' || explained === null) return 0;
  return Object.entries(explained).reduce(
    (sum, [key, value]) => sum + (key === figure ? Number(value) : total(value, figure)),
    0,
  );
}

const isTenantId = (key: string) => key === 'tenantId' || key.startsWith('tenantId.');

function refuseTenantId(value: unknown): void {
  if (firstKey(value, isTenantId)) throw tenantNamed();
}

const tenantNamed = () => new TypeError("The tenant is the scope's and cannot be named.");

/**
 * `id` becomes `_id`, and the ids in its condition become ObjectIds; one that is no ObjectId matches nothing.
 * A condition that is undefined is a mistake: left out, it would match everything.
 */
export function stored(value: object): Bson {
  const out: Bson = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) throw new TypeError(`Nothing is known about ${key}.`);
    if (key === 'id') out['_id'] = asObjectId(inner);
    else if ((key === '$and' || key === '$or' || key === '$nor') && Array.isArray(inner))
      out[key] = inner.map((one: object) => stored(one));
    else out[key] = inner;
  }
  return out;
}

const nothing = new ObjectId('000000000000000000000000');

function asObjectId(value: unknown): unknown {
  if (typeof value === 'string')
    return ObjectId.isValid(value) && value.length === 24 ? new ObjectId(value) : nothing;
  if (Array.isArray(value)) return value.map(asObjectId);
  if (isPlainObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asObjectId(inner)]));
  return value;
}

function withId(raw: Bson): Bson {
  const document: Bson = { id: (raw['_id'] as ObjectId).toHexString() };
  // A rest pattern says the same at twice the cost.
  for (const key of Object.keys(raw)) {
    if (key !== '_id' && key !== '__proto__') document[key] = raw[key];
  }
  return document;
}
