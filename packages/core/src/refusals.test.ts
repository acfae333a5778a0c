import { Binary, Code, DBRef, Long, ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { refusalOf, type Firewall, type Opened } from './refusals.ts';

const wall: Firewall = {
  database: 'clinics',
  tenantOwned: new Set(['patients', 'staff']),
  shared: new Set(['tenants']),
};
const bound = { tenantId: 'a' };
const $db = 'clinics';

type Command = Record<string, unknown>;

const find = (filter: unknown, more: Command = {}): Command => ({ find: 'patients', filter, $db, ...more });
const update = (q: unknown, u: unknown, more: Command = {}): Command => ({
  update: 'patients',
  updates: [{ q, u, ...more }],
  $db,
});
const change = (u: unknown): Command => update(bound, u);
const modify = (more: Command): Command => ({
  findAndModify: 'patients',
  query: bound,
  update: { $set: { n: 1 } },
  $db,
  ...more,
});
const remove = (...deletes: Command[]): Command => ({ delete: 'patients', deletes, $db });
const insert = (...documents: unknown[]): Command => ({ insert: 'patients', documents, $db });
const aggregate = (...pipeline: unknown[]): Command => ({ aggregate: 'patients', pipeline, cursor: {}, $db });
const after = (...pipeline: unknown[]): Command => aggregate({ $match: bound }, ...pipeline);
const join = (inner: unknown, more: Command = {}): Command => ({
  $lookup: { from: 'staff', localField: 'x', foreignField: 'y', pipeline: inner, as: 's', ...more },
});
const joined = [{ $match: bound }];
const saying = { toBSON: () => ({}) };

/** Each command that is refused stands beside one that differs only in what it is refused for. */
const pairs: [about: string, refused: Command, allowed: Command][] = [
  ['no tenant in a find', find({}), find(bound)],
  ['no filter at all', { find: 'patients', $db }, find(bound)],
  ['every other tenant', find({ tenantId: { $ne: 'a' } }), find({ tenantId: { $eq: 'a' } })],
  ['a tenant or something else', find({ $or: [bound, { name: 'x' }] }), find({ $and: [bound, { name: 'x' }] })],
  ['a tenant that is not', find({ $nor: [bound] }), find({ ...bound, $nor: [{ name: 'x' }] })],
  ['two tenants', find({ tenantId: { $in: ['a', 'b'] } }), find({ ...bound, name: { $in: ['a', 'b'] } })],
  ['an $eq with more beside it', find({ tenantId: { $eq: 'a', $exists: true } }), find({ tenantId: { $eq: 'a' } })],
  ['an empty tenant', find({ tenantId: '' }), find(bound)],
  ['a tenant that is no text', find({ tenantId: null }), find(bound)],
  ['a tenant in an element', find({ x: { $elemMatch: bound } }), find({ ...bound, x: { $elemMatch: { y: 1 } } })],
  ['code in a filter', find({ ...bound, $where: 'true' }), find({ ...bound, name: 'true' })],
  ['code deep in a filter', find({ ...bound, $or: [{ $and: [{ $where: 'true' }] }] }), find({ ...bound, $or: [{ $and: [{ name: 'true' }] }] })],
  ['an expression in a filter', find({ ...bound, $expr: { $function: {} } }), find(bound)],
  ['a collation', find(bound, { collation: { locale: 'en', strength: 1 } }), find(bound, { limit: 1 })],
  ['variables', find(bound, { let: { t: 'b' } }), find(bound, { skip: 1 })],
  ['the bounds of an index', find(bound, { min: { tenantId: 'b' }, hint: 'x' }), find(bound, { batchSize: 1 })],
  ['a tailed cursor', find(bound, { tailable: true }), find(bound, { singleBatch: true })],
  ['an expression in a projection', find(bound, { projection: { x: { $function: {} } } }), find(bound, { projection: { x: 1 } })],
  ['an expression in a sort', find(bound, { sort: new Map([['x', { $meta: 'textScore' }]]) }), find(bound, { sort: new Map([['x', 1]]) })],
  ['a collection that is not ours', { find: 'elsewhere', filter: bound, $db }, { find: 'tenants', filter: {}, $db }],
  ['a system collection', { find: 'system.users', filter: bound, $db }, find(bound)],
  ['a name out of an object', { find: 'constructor', filter: bound, $db }, find(bound)],
  ['another database', find(bound, { $db: 'admin' }), find(bound)],
  ['no tenant in a count', { count: 'patients', query: {}, $db }, { count: 'patients', query: bound, $db }],
  ['a count of everything', { count: 'patients', $db }, { count: 'tenants', $db }],
  ['no tenant in a distinct', { distinct: 'patients', key: 'name', query: {}, $db }, { distinct: 'patients', key: 'name', query: bound, $db }],
  ['no tenant in a delete', remove({ q: {}, limit: 0 }), remove({ q: bound, limit: 0 })],
  ['a delete of two tenants', remove({ q: bound, limit: 0 }, { q: { tenantId: 'b' }, limit: 0 }), remove({ q: bound, limit: 0 }, { q: bound, limit: 0 })],
  ['a collation of a delete', remove({ q: bound, limit: 0, collation: { locale: 'en' } }), remove({ q: bound, limit: 0 })],
  ['a hint of a delete', remove({ q: bound, limit: 0, hint: 'x' }), remove({ q: bound, limit: 1 })],
  ['a delete of nothing', remove(), remove({ q: bound, limit: 1 })],
  ['no tenant in an update', update({ name: 'x' }, { $set: { name: 'y' } }), update(bound, { $set: { name: 'tenantId' } })],
  ['a collation of an update', update(bound, { $set: { n: 1 } }, { collation: { locale: 'en' } }), update(bound, { $set: { n: 1 } }, { upsert: true })],
  ['filters of an array', update(bound, { $set: { n: 1 } }, { arrayFilters: [{ x: { $where: 'true' } }] }), update(bound, { $set: { n: 1 } }, { multi: true })],
  ['variables of an update', { ...change({ $set: { n: 1 } }), let: { t: 'b' } }, { ...change({ $set: { n: 1 } }), ordered: true }],
  ['writes past the validators', { ...change({ $set: { n: 1 } }), bypassDocumentValidation: true }, change({ $set: { n: 1 } })],
  ['a changed tenant', change({ $set: { tenantId: 'b' } }), change({ $set: { name: 'b' } })],
  ['a changed part of a tenant', change({ $set: { 'tenantId.x': 1 } }), change({ $set: { 'tenant.x': 1 } })],
  ['a tenant of what is new', change({ $setOnInsert: { tenantId: 'b' } }), change({ $setOnInsert: { name: 'b' } })],
  ['a tenant taken away', change({ $unset: { tenantId: true } }), change({ $unset: { name: true } })],
  ['a field renamed to the tenant', change({ $rename: { name: 'tenantId' } }), change({ $rename: { name: 'alias' } })],
  ['the tenant renamed', change({ $rename: { tenantId: 'x' } }), change({ $rename: { name: 'x' } })],
  ['a pipeline of an update', change([{ $set: { name: 'b' } }]), change({ $set: { name: 'b' } })],
  ['a join in a pipeline of an update', change([{ $lookup: { from: 'staff', as: 's' } }]), change({ $set: { name: 'b' } })],
  ['a whole document', change({ name: 'whole' }), change({ $set: { name: 'whole' } })],
  ['an operator of another dialect', change({ $bit: { n: 1 } }), change({ $inc: { n: 1 } })],
  ['an expression in a change', change({ $pull: { x: { $expr: {} } } }), change({ $pull: { x: { $in: [1] } } })],
  ['fields that are a reference', change({ $set: new DBRef('x', new ObjectId(), undefined, { tenantId: 'b' }) }), change({ $set: { x: new ObjectId() } })],
  ['an update of nothing', { update: 'patients', updates: [], $db }, change({ $inc: { n: 1 } })],
  ['no tenant in a findAndModify', modify({ query: {} }), modify({})],
  ['another tenant from a findAndModify', modify({ update: { $set: { tenantId: 'b' } } }), modify({ upsert: true })],
  ['a pipeline of a findAndModify', modify({ update: [{ $set: { n: 1 } }] }), modify({ update: { $set: { n: 1 } } })],
  ['a findAndModify without a change', modify({ update: undefined }), modify({ update: undefined, remove: true })],
  ['a collation of a findAndModify', modify({ collation: { locale: 'en' } }), modify({ sort: { name: 1 } })],
  ['filters of an array in a findAndModify', modify({ arrayFilters: [] }), modify({ new: true })],
  ['expressions in its fields', modify({ fields: { x: { $function: {} } } }), modify({ fields: { x: 1 } })],
  ['a document without a tenant', insert({ name: 'x' }), insert({ name: 'x', tenantId: 'a' })],
  ['a document of every tenant', insert({ tenantId: ['a', 'b'] }), insert({ tenantId: 'a' })],
  ['documents of two tenants', insert({ tenantId: 'a' }, { tenantId: 'b' }), insert({ tenantId: 'a' }, { tenantId: 'a' })],
  ['an operator in a document', insert({ tenantId: 'a', x: { $where: 'true' } }), insert({ tenantId: 'a', x: { where: 'true' } })],
  ['a pipeline without a $match', aggregate({ $sort: { name: 1 } }), aggregate({ $match: bound }, { $sort: { name: 1 } })],
  ['a $match that comes late', aggregate({ $limit: 1 }, { $match: bound }), aggregate({ $match: bound }, { $limit: 1 })],
  ['a $match of an expression', aggregate({ $match: { $expr: { $eq: ['$tenantId', 'a'] } } }), aggregate({ $match: bound })],
  ['a pipeline of the database', { aggregate: 1, pipeline: [{ $match: bound }], cursor: {}, $db }, after()],
  ['a change stream', aggregate({ $changeStream: {} }), after()],
  ['a change stream behind a $match', after({ $changeStream: {} }), after({ $limit: 1 })],
  ['a stage that writes', after({ $out: 'x' }), after({ $limit: 1 })],
  ['a stage that merges', after({ $merge: { into: 'patients' } }), after({ $limit: 1 })],
  ['a union by name', after({ $unionWith: 'staff' }), after({ $count: 'n' })],
  ['a union with a pipeline', after({ $unionWith: { coll: 'staff', pipeline: [{ $match: bound }] } }), after({ $count: 'n' })],
  ['a graph', after({ $graphLookup: { from: 'staff' } }), after({ $count: 'n' })],
  ['the documents of nobody', after({ $documents: [] }), after({ $count: 'n' })],
  ['a variable of a pipeline', { ...after(), let: { t: 'b' } }, after()],
  ['a collation of a pipeline', { ...after(), collation: { locale: 'en' } }, after()],
  ['code in a pipeline', after({ $project: { x: { $function: { body: 'f', args: [], lang: 'js' } } } }), after({ $project: { x: { $size: '$y' } } })],
  ['code in an accumulator', after({ $group: { _id: 1, x: { $accumulator: {} } } }), after({ $group: { _id: 1, x: { $sum: 1 } } })],
  ['an expression of another dialect', after({ $set: { x: { $getField: 'y' } } }), after({ $set: { x: { $ifNull: ['$y', 0] } } })],
  ['a join with another tenant', after(join([{ $match: { tenantId: 'b' } }])), after(join(joined))],
  ['a join without a pipeline', after({ $lookup: { from: 'staff', localField: 'x', foreignField: 'y', as: 's' } }), after(join(joined))],
  ['a join with a variable', after(join(joined, { let: { t: '$x' } })), after(join(joined))],
  ['a join with another database', after(join(joined, { from: { db: 'other', coll: 'staff' } })), after(join(joined))],
  ['a join with a shared collection', after(join(joined, { from: 'tenants' })), after(join(joined, { from: 'patients' }))],
  ['a join from a shared collection', { aggregate: 'tenants', pipeline: [join(joined)], cursor: {}, $db }, { aggregate: 'tenants', pipeline: [{ $match: bound }, join(joined)], cursor: {}, $db }],
  ['a join in a join with another tenant', after(join([...joined, join([{ $match: { tenantId: 'b' } }])])), after(join([...joined, join(joined)]))],
  ['a stage that writes in a join', after(join([...joined, { $out: 'x' }])), after(join([...joined, { $limit: 1 }]))],
  ['a join in a facet with another tenant', after({ $facet: { a: [join([{ $match: { tenantId: 'b' } }])] } }), after({ $facet: { a: [join(joined)] } })],
  ['a union in a facet', after({ $facet: { a: [{ $unionWith: 'staff' }] } }), after({ $facet: { a: [{ $limit: 1 }] } })],
  ['two operators in a stage', after({ $limit: 1, $lookup: { from: 'staff' } }), after({ $limit: 1 })],
  ['a stage that cannot be read', after({ $lookup: new Map([['from', 'staff']]) }), after({ $unwind: '$skills' })],
  ['a pipeline that says itself what it is', { ...after(), pipeline: Object.assign([{ $match: bound }], saying) }, after()],
  ['a Map in a filter', find({ ...bound, $or: [new Map([['$where', 'true']])] }), find({ ...bound, at: { $gt: new Date(0) } })],
  ['a filter that says itself what it is', find({ ...bound, ...saying }), find({ ...bound, _id: new ObjectId() })],
  ['an array that says itself what it is', find({ ...bound, x: { $in: Object.assign([], saying) } }), find({ ...bound, x: { $in: [] } })],
  ['a date that says itself what it is', find({ ...bound, x: Object.assign(new Date(0), saying) }), find({ ...bound, x: new Date(0) })],
  ['a reference in a filter', find({ $and: [bound, new DBRef('x', new ObjectId())] }), find({ $and: [bound, { _id: new ObjectId() }] })],
  ['code with a scope', find({ ...bound, x: new Code('x', { y: 1 }) }), find({ ...bound, x: new Binary(Buffer.from('x')) })],
  ['something made to look like a value', find({ _bsontype: 'DBRef', ...bound }), find({ type: 'DBRef', ...bound })],
  ['a document that says itself what it is', insert({ ...bound, toBSON: () => ({ tenantId: 'b' }) }), insert({ ...bound, at: new Date(0) })],
  ['fields in a Map', change({ $set: new Map([['tenantId', 'b']]) }), change({ $push: { notes: 'b' } })],
  ['explaining a find without a tenant', { explain: find({}), $db }, { explain: find(bound), verbosity: 'queryPlanner', $db }],
  ['explaining an update without a tenant', { explain: update({}, { $set: { n: 1 } }), $db }, { explain: change({ $set: { n: 1 } }), $db }],
  ['explaining a delete without a tenant', { explain: remove({ q: {}, limit: 0 }), $db }, { explain: remove({ q: bound, limit: 0 }), $db }],
  ['explaining a findAndModify without a tenant', { explain: modify({ query: {} }), $db }, { explain: modify({}), $db }],
  ['explaining a pipeline without a tenant', { explain: aggregate({ $limit: 1 }), $db }, { explain: after(), $db }],
  ['explaining a count without a tenant', { explain: { count: 'patients', query: {} }, $db }, { explain: { count: 'patients', query: bound }, $db }],
  ['explaining in another database', { explain: find(bound, { $db: 'other' }), $db }, { explain: find(bound), $db }],
  ['explaining an explanation', { explain: { explain: find(bound) }, $db }, { explain: find(bound), $db }],
  ['explaining what is no command', { explain: { ping: 1 }, $db }, { ping: 1, $db }],
  ['writes to several collections', { bulkWrite: 1, ops: [{ insert: 0, document: bound }], nsInfo: [{ ns: 'clinics.patients' }], $db: 'admin' }, insert(bound)],
  ['code over a collection', { mapReduce: 'patients', query: bound, $db }, find(bound)],
  ['a list of collections', { listCollections: 1, $db }, { ping: 1, $db }],
  ['a list of databases', { listDatabases: 1, $db: 'admin' }, { ping: 1, $db: 'admin' }],
  ['the end of a database', { dropDatabase: 1, $db }, { endSessions: [], $db: 'admin' }],
  ['a view', { create: 'patients2', viewOn: 'patients', $db }, find(bound)],
  ['an index', { createIndexes: 'patients', indexes: [], $db }, find(bound)],
  ['another name', { renameCollection: 'clinics.patients', to: 'x.y', $db: 'admin' }, find(bound)],
  ['a command in a command', { ping: undefined, find: 'patients', filter: {}, $db }, { ping: 1, $db }],
  ['a command behind a function', { ping: () => 1, find: 'patients', filter: {}, $db }, { ping: 1, $db }],
  ['a command that says itself what it is', { ping: 1, toBSON: () => ({ find: 'patients' }), $db }, { ping: 1, $db }],
]; // prettier-ignore

test.each(pairs)('%s is refused, and nothing else about it', (_, refused, allowed) => {
  expect(refusalOf(Object.keys(refused)[0]!, refused, wall)).toEqual(expect.any(String));
  expect(refusalOf(Object.keys(allowed)[0]!, allowed, wall)).toBeUndefined();
});

test('a getMore is let through where its cursor was opened, and nowhere else', () => {
  const lsid = { id: new Binary(Buffer.alloc(16, 1), 4) };
  const opened: Opened = { collection: 'patients', session: lsid.id.toString(), across: false };
  const cursors = new Map([
    ['7', opened],
    ['8', { ...opened, across: true }],
  ]);
  const refusal = (more: Command) =>
    refusalOf('getMore', { getMore: Long.fromInt(7), collection: 'patients', lsid, $db, ...more }, wall, cursors);
  expect(refusal({})).toBeUndefined();
  expect(refusal({ getMore: 7n, batchSize: 3 })).toBeUndefined();
  for (const elsewhere of [
    { getMore: 9 },
    { getMore: 8 },
    { collection: 'staff' },
    { lsid: { id: new Binary(Buffer.alloc(16, 2), 4) } },
    { lsid: undefined },
    { $db: 'other' },
    { term: 1 },
  ]) {
    expect(refusal(elsewhere), JSON.stringify(elsewhere)).toEqual(expect.any(String));
  }
}); // prettier-ignore

test('only a cursor that was opened here is closed', () => {
  const cursors = new Map([['7', { collection: 'patients', session: '', across: false }]]);
  const refusal = (killCursors: string, ids: unknown) =>
    refusalOf('killCursors', { killCursors, cursors: ids, $db }, wall, cursors);
  expect(refusal('patients', [Long.fromInt(7)])).toBeUndefined();
  expect(refusal('patients', [7, 8])).toEqual(expect.any(String));
  expect(refusal('staff', [7])).toEqual(expect.any(String));
  expect(refusal('patients', undefined)).toEqual(expect.any(String));
});
