import { ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { acrossTenants, FirewallError, refusalOf, type Firewall } from './firewall.ts';
import { newClinic, testDatabase } from './testing/index.ts';

const wall: Firewall = { tenantOwned: new Set(['patients', 'staff']), shared: new Set(['tenants']) };
const bound = { tenantId: 'a' };

/** Each command that is refused stands beside one that differs only in what it is refused for. */
const pairs: [name: string, refused: Record<string, unknown>, allowed: Record<string, unknown>][] = [
  ['find', { find: 'patients', filter: {} }, { find: 'patients', filter: bound }],
  ['find', { find: 'patients', filter: { tenantId: { $ne: 'a' } } }, { find: 'patients', filter: { tenantId: { $eq: 'a' } } }],
  ['find', { find: 'patients', filter: { $or: [bound, { name: 'x' }] } }, { find: 'patients', filter: { $and: [bound, { name: 'x' }] } }],
  ['find', { find: 'patients', filter: { tenantId: { $in: ['a', 'b'] } } }, { find: 'patients', filter: { ...bound, name: { $in: ['a', 'b'] } } }],
  ['find', { find: 'patients', filter: { tenantId: '' } }, { find: 'patients', filter: bound }],
  ['find', { find: 'patients', filter: { ...bound, $where: 'true' } }, { find: 'patients', filter: { ...bound, name: 'true' } }],
  ['find', { find: 'patients', filter: { ...bound, $expr: {} } }, { find: 'patients', filter: bound }],
  ['find', { find: 'patients', filter: bound, collation: { locale: 'en', strength: 1 } }, { find: 'patients', filter: bound }],
  ['find', { find: 'somethingElse', filter: bound }, { find: 'tenants', filter: {} }],
  ['count', { count: 'patients', query: {} }, { count: 'patients', query: bound }],
  ['distinct', { distinct: 'patients', key: 'name', query: {} }, { distinct: 'patients', key: 'name', query: bound }],
  ['delete', { delete: 'patients', deletes: [{ q: {}, limit: 0 }] }, { delete: 'patients', deletes: [{ q: bound, limit: 0 }] }],
  ['delete', { delete: 'patients', deletes: [{ q: bound }, { q: { tenantId: 'b' } }] }, { delete: 'patients', deletes: [{ q: bound }, { q: bound }] }],
  ['update', { update: 'patients', updates: [{ q: { name: 'x' }, u: { $set: { name: 'y' } } }] }, { update: 'patients', updates: [{ q: bound, u: { $set: { name: 'tenantId' } } }] }],
  ['update', { update: 'patients', updates: [{ q: bound, u: { $set: { tenantId: 'b' } } }] }, { update: 'patients', updates: [{ q: bound, u: { $set: { name: 'b' } } }] }],
  ['update', { update: 'patients', updates: [{ q: bound, u: { $rename: { name: 'tenantId' } } }] }, { update: 'patients', updates: [{ q: bound, u: { $rename: { name: 'alias' } } }] }],
  ['update', { update: 'patients', updates: [{ q: bound, u: [{ $set: { name: 'b' } }] }] }, { update: 'patients', updates: [{ q: bound, u: { $set: { name: 'b' } } }] }],
  ['update', { update: 'patients', updates: [{ q: bound, u: { name: 'whole' } }] }, { update: 'patients', updates: [{ q: bound, u: { $set: { name: 'whole' } } }] }],
  ['update', { update: 'patients', updates: [{ q: bound, u: { $bit: { n: 1 } } }] }, { update: 'patients', updates: [{ q: bound, u: { $inc: { n: 1 } } }] }],
  ['update', { update: 'patients', updates: [] }, { update: 'patients', updates: [{ q: bound, u: { $inc: { n: 1 } } }] }],
  ['findAndModify', { findAndModify: 'patients', query: {}, update: { $set: {} } }, { findAndModify: 'patients', query: bound, update: { $set: {} } }],
  ['insert', { insert: 'patients', documents: [{ name: 'x' }] }, { insert: 'patients', documents: [{ name: 'x', tenantId: 'a' }] }],
  ['insert', { insert: 'patients', documents: [{ tenantId: 'a' }, { tenantId: 'b' }] }, { insert: 'patients', documents: [{ tenantId: 'a' }, { tenantId: 'a' }] }],
  ['aggregate', { aggregate: 'patients', pipeline: [{ $sort: { name: 1 } }] }, { aggregate: 'patients', pipeline: [{ $match: bound }, { $sort: { name: 1 } }] }],
  ['aggregate', { aggregate: 'patients', pipeline: [{ $match: bound }, { $out: 'x' }] }, { aggregate: 'patients', pipeline: [{ $match: bound }, { $limit: 1 }] }],
  ['aggregate', { aggregate: 'patients', pipeline: [{ $match: bound }, { $unionWith: 'staff' }] }, { aggregate: 'patients', pipeline: [{ $match: bound }, { $count: 'n' }] }],
  ['aggregate', { aggregate: 'patients', pipeline: [{ $match: bound }, { $lookup: { from: 'staff', pipeline: [{ $match: { tenantId: 'b' } }], as: 's' } }] }, { aggregate: 'patients', pipeline: [{ $match: bound }, { $lookup: { from: 'staff', pipeline: [{ $match: bound }], as: 's' } }] }],
  ['aggregate', { aggregate: 'patients', pipeline: [{ $match: bound }, { $facet: { a: [{ $lookup: { from: 'staff', as: 's' } }] } }] }, { aggregate: 'patients', pipeline: [{ $match: bound }, { $facet: { a: [{ $limit: 1 }] } }] }],
  ['aggregate', { aggregate: 'patients', pipeline: [{ $match: bound }, { $limit: 1, $lookup: { from: 'staff' } }] }, { aggregate: 'patients', pipeline: [{ $match: bound }, { $limit: 1 }] }],
  ['aggregate', { aggregate: 'patients', pipeline: [{ $match: bound }, { $lookup: new Map([['from', 'staff']]) }] }, { aggregate: 'patients', pipeline: [{ $match: bound }, { $unwind: '$skills' }] }],
  ['find', { find: 'patients', filter: { ...bound, $or: [new Map([['$where', 'true']])] } }, { find: 'patients', filter: { ...bound, at: { $gt: new Date(0) } } }],
  ['find', { find: 'patients', filter: { ...bound, toBSON: () => ({}) } }, { find: 'patients', filter: { ...bound, _id: new ObjectId() } }],
  ['insert', { insert: 'patients', documents: [{ tenantId: 'a', toBSON: () => ({ tenantId: 'b' }) }] }, { insert: 'patients', documents: [{ tenantId: 'a', at: new Date(0) }] }],
  ['update', { update: 'patients', updates: [{ q: bound, u: { $set: { 'tenantId.x': 1 } } }] }, { update: 'patients', updates: [{ q: bound, u: { $set: { 'tenant.x': 1 } } }] }],
  ['update', { update: 'patients', updates: [{ q: bound, u: { $set: new Map([['tenantId', 'b']]) } }] }, { update: 'patients', updates: [{ q: bound, u: { $push: { notes: 'b' } } }] }],
  ['explain', { explain: { find: 'patients', filter: {} } }, { explain: { find: 'patients', filter: bound } }],
  ['mapReduce', { mapReduce: 'patients', query: bound }, { find: 'patients', filter: bound }],
  ['bulkWrite', { bulkWrite: 1, ops: [] }, { find: 'patients', filter: bound }],
  ['listCollections', { listCollections: 1 }, { ping: 1 }],
  ['dropDatabase', { dropDatabase: 1 }, { endSessions: [] }],
]; // prettier-ignore

test.each(pairs)('%s is refused unless it is bound to one tenant: %j', (name, refused, allowed) => {
  expect(refusalOf(name, refused, wall)).toEqual(expect.any(String));
  expect(refusalOf(Object.keys(allowed)[0]!, allowed, wall)).toBeUndefined();
});

test('a getMore is let through only for a cursor that an allowed command opened', () => {
  expect(refusalOf('getMore', { getMore: 7n, collection: 'patients' }, wall, new Set())).toEqual(
    expect.any(String),
  );
  expect(refusalOf('getMore', { getMore: 7n, collection: 'patients' }, wall, new Set(['7']))).toBeUndefined();
});

const held = testDatabase();

test('the driver sends nothing that the firewall refuses', async () => {
  const { database } = held;
  await newClinic(database);
  const raw = database.db.collection('patients');
  await expect(raw.find({ name: 'x' }).toArray()).rejects.toThrow(FirewallError);
  await expect(raw.insertOne({ name: 'x' })).rejects.toThrow(FirewallError);
  await expect(raw.find({ tenantId: 'a' }).toArray()).resolves.toEqual([]);
  await expect(acrossTenants('this test', () => raw.find({ name: 'x' }).toArray())).resolves.toEqual([]);
});

test('a large answer is read to its end through the firewall', async () => {
  const { database } = held;
  const raw = database.db.collection('patients');
  await raw.insertMany(Array.from({ length: 250 }, (_, n) => ({ tenantId: 'many', phone: `+62${n}` })));
  expect(await raw.find({ tenantId: 'many' }, { batchSize: 20 }).toArray()).toHaveLength(250);
});
