// What must not compile, each beside what differs only in that and must. `tsc` fails when a line of the first kind
// begins to compile, or one of the second kind ends to.
import { expect, test } from 'vitest';
import { bookingsCollection } from './bookings/collection.ts';
import type { BookingId } from './bookings/schema.ts';
import * as bookings from './bookings/index.ts';
import type { Database } from './database.ts';
import type { Filter, NewDocument, Stage, Update } from './handle.ts';
import * as core from './index.ts';
import * as patients from './patients/index.ts';
import type { Patient, PatientId } from './patients/schema.ts';
import { patientsCollection } from './patients/collection.ts';
import { pipeline } from './pipeline.ts';
import { staffCollection } from './staff/collection.ts';
import type { StaffId } from './staff/schema.ts';
import { within, type TenantScope } from './tenancy.ts';
import type { Functions, OfClinic } from './testing/exports.ts';
import * as treatments from './treatments/index.ts';
import type { TreatmentId } from './treatments/schema.ts';

/** The functions that take no clinic, and why each needs none. One that is not here takes a clinic first. */
const withoutClinic: Record<Exclude<keyof Functions, OfClinic>, string> = {
  addDays: 'arithmetic',
  'archive.archiveAll': 'opens one clinic after another',
  'archive.archiveDaily': 'opens one clinic after another',
  'archive.keepArchiving': 'opens one clinic after another',
  'backups.check': 'names no database',
  'backups.daily': 'is of the whole installation',
  'backups.keep': 'is of the whole installation',
  'backups.newestWithClinic': 'is of the whole installation',
  'backups.openStore': 'names a place, and reads nothing',
  'backups.restore': 'is of the whole installation',
  'backups.status': 'is of the whole installation',
  'backups.survey': 'names no database',
  'checks.everyClinic': 'makes scopes',
  'checks.findWrongIndexes': 'reads no document',
  'checks.repairIndexes': 'is of the whole installation',
  'cluster.apply': 'is of the whole installation',
  'cluster.plan': 'is of the whole installation',
  ensureIndexes: 'reads and writes no document',
  every: 'calls what takes a clinic',
  instantAt: 'arithmetic',
  isAlive: 'reads no document',
  isCirceError: 'looks at an error',
  isTimeZone: 'arithmetic',
  localDate: 'arithmetic',
  localTime: 'arithmetic',
  load: 'reads no document',
  'migrations.migrate': 'is of the whole installation',
  'migrations.status': 'is of the whole installation',
  'moves.move': 'is of the whole installation',
  'moves.reopen': 'is of the whole installation',
  'moves.watch': 'reads no document of a clinic',
  openDatabase: 'reads no document',
  named: 'says what it is given',
  shownAddress: 'looks at an address',
  systemClock: 'the clock',
  'tenants.create': "the clinic is not there yet; the platform's scope comes second",
  'tenants.findActive': "reads the installation's own collection",
  'tenants.findByDomain': "reads the installation's own collection",
  'tenants.findBySlug': "reads the installation's own collection",
  'tenants.findSuspended': "reads the installation's own collection",
  'tenants.isEmpty': "reads the installation's own collection",
  'tenants.openPlatform': 'makes a scope',
  'tenants.openTenant': 'makes a scope',
  'tenants.openTenantByDomain': 'makes a scope',
  'tenants.openTenantBySlug': 'makes a scope',
  'tenants.provision': "the clinic is not there yet; the platform's scope comes second",
  'tenants.setUp': "the clinic is not there yet; the platform's scope comes second",
  'transfer.check': 'names no database',
  'transfer.exportBySlug': "opens a clinic that may be suspended; the platform's scope comes second",
  'transfer.importTenant': "the clinic is not there yet; the platform's scope comes second",
  validation: 'looks at an error',
};

test('every function that takes no clinic says why', () => {
  for (const why of Object.values(withoutClinic)) expect(why).not.toBe('');
});

const never = (_: () => unknown): void => undefined;
const clinic = {} as TenantScope;
const tenants = () => within(clinic, bookingsCollection);
const patient = {} as Patient;
const [patientId, staffId, bookingId] = ['' as PatientId, '' as StaffId, '' as BookingId];

test('without a scope nothing of a clinic is read or written', () => {
  never(() => patients.findByTenant(clinic));
  // @ts-expect-error no scope
  never(() => patients.findByTenant());
  // @ts-expect-error a database is no scope
  never(() => patients.findByTenant({} as Database));
  // @ts-expect-error a tenant's id is no scope
  never(() => patients.findByTenant('jakarta'));
  // @ts-expect-error a copy of a scope is none
  never(() => patients.findByTenant({ ...clinic, tenantId: 'other' }));
  // @ts-expect-error what looks like a scope is none
  never(() => patients.findByTenant({ tenantId: '', tenant: clinic.tenant, actor: clinic.actor, clock: clinic.clock })); // prettier-ignore
  // @ts-expect-error a scope does not change its tenant
  never(() => (clinic.tenantId = 'other'));
  // @ts-expect-error the package gives no collection away
  never(() => core.within);
  // @ts-expect-error nor the door for work across tenants
  never(() => core.acrossTenants);
});

test('ids belong to a collection', () => {
  never(() => bookings.confirm(clinic, bookingId));
  // @ts-expect-error a patient's id is no booking's
  never(() => bookings.confirm(clinic, patientId));
  never(() => patients.incrementVisits(clinic, patientId));
  // @ts-expect-error a staff id is no patient's
  never(() => patients.incrementVisits(clinic, staffId));
  never(() => treatments.findByTenantAndStaff(clinic, staffId));
  // @ts-expect-error a treatment's id is no staff member's
  never(() => treatments.findByTenantAndStaff(clinic, '' as TreatmentId));
  never(() => bookings.get(clinic, core.bookings.BookingId.parse('')));
  // @ts-expect-error a plain text is no id
  never(() => bookings.get(clinic, 'abc'));
  never(() => tenants().findOne({ patientId }));
  // @ts-expect-error a staff id where a patient's belongs, in a filter
  never(() => tenants().findOne({ patientId: staffId }));
  never(() => tenants().update({ id: bookingId }, { $set: { staffId } }));
  // @ts-expect-error a patient's id where a staff id belongs, in a change
  never(() => tenants().update({ id: bookingId }, { $set: { staffId: patientId } }));
});

test('a filter cannot name the tenant', () => {
  type OfBookings = Filter<bookings.Booking>;
  const named = { tenantId: 'other', status: 'pending' } as const;
  const unnamed = { status: 'pending' } as const;
  const filters: OfBookings[] = [
    unnamed,
    // @ts-expect-error the tenant
    named,
    // @ts-expect-error the tenant, in place
    { tenantId: 'other' },
    { $or: [unnamed, { $and: [unnamed, { $nor: [unnamed] }] }] },
    // @ts-expect-error the tenant in an alternative
    { $or: [named] },
    // @ts-expect-error the tenant in what must hold as well
    { $and: [{ tenantId: 'other' }] },
    // @ts-expect-error the tenant in what must not hold
    { $nor: [{ tenantId: 'other' }] },
    // @ts-expect-error the tenant at any depth
    { $or: [unnamed, { $and: [unnamed, { $nor: [named] }] }] },
    { payments: { $elemMatch: { method: 'cash' } } },
    // @ts-expect-error the tenant in an element
    { payments: { $elemMatch: { tenantId: 'other' } } },
  ];
  expect(filters).toHaveLength(10);
  never(() => tenants().find(unnamed, { limit: 1 }));
  // @ts-expect-error the tenant in a find
  never(() => tenants().find(named, { limit: 1 }));
  never(() => tenants().count(unnamed));
  // @ts-expect-error the tenant in a count
  never(() => tenants().count(named));
  never(() => tenants().delete(unnamed));
  // @ts-expect-error the tenant in a delete
  never(() => tenants().delete(named));
  never(() => tenants().find(unnamed, { limit: 1, sort: { startAt: 1 } }));
  // @ts-expect-error a field that there is not
  never(() => tenants().find({ patient: 'x' }, { limit: 1 }));
});

test('no act on a collection takes a filter that names the tenant', () => {
  const named = { tenantId: 'other', status: 'pending' } as const;
  const unnamed = { status: 'pending' } as const;
  const deep = { $or: [{ $and: [named] }] } as const;
  const one = { limit: 1, sort: { startAt: 1 } } as const;
  const $set = { notes: 'x' };
  never(() => tenants().findOne(unnamed));
  // @ts-expect-error in what is found
  never(() => tenants().findOne(named));
  // @ts-expect-error and at any depth
  never(() => tenants().findOne(deep));
  const staff = () => within(clinic, staffCollection);
  never(() => tenants().findOneWith(unnamed, 'staffId', staff(), { role: 'Doctor' }));
  // @ts-expect-error in what is found with another
  never(() => tenants().findOneWith(named, 'staffId', staff(), {}));
  // @ts-expect-error in the other
  never(() => tenants().findOneWith({}, 'staffId', staff(), { tenantId: 'other' }));
  // @ts-expect-error at any depth of a find
  never(() => tenants().find(deep, { limit: 1 }));
  never(() => tenants().stored(unnamed, one));
  // @ts-expect-error in what is read as it is stored
  never(() => tenants().stored(named, one));
  // @ts-expect-error which has a limit too
  never(() => tenants().stored(unnamed, { sort: { startAt: 1 } }));
  // @ts-expect-error at any depth of a count
  never(() => tenants().count(deep));
  never(() => tenants().update(unnamed, { $set }));
  // @ts-expect-error in what is updated
  never(() => tenants().update(named, { $set }));
  // @ts-expect-error at any depth of an update
  never(() => tenants().update(deep, { $set }));
  never(() => tenants().updateMany(unnamed, { $set }));
  // @ts-expect-error in an update of all
  never(() => tenants().updateMany(named, { $set }));
  never(() => tenants().upsert(unnamed, { $set }));
  // @ts-expect-error in what is updated or made
  never(() => tenants().upsert(named, { $set }));
  // @ts-expect-error at any depth of a bulk write
  never(() => tenants().updateEach([{ filter: deep, update: { $set } }]));
  // @ts-expect-error at any depth of a delete
  never(() => tenants().delete(deep));
  never(() => tenants().moveTo(tenants(), unnamed, one));
  // @ts-expect-error in what is moved
  never(() => tenants().moveTo(tenants(), named, one));
  never(() => tenants().explain(unnamed));
  // @ts-expect-error in what is explained
  never(() => tenants().explain(named));
  never(() => tenants().explainAggregate(pipeline([{ $match: unnamed }])));
  // @ts-expect-error in a pipeline that is explained
  never(() => tenants().explainAggregate(pipeline([{ $match: named }])));
  // @ts-expect-error a pipeline that leaves the collection, explained
  never(() => tenants().explainAggregate(pipeline([{ $unionWith: 'staff' }])));
});

test('no write can name the tenant', () => {
  const { id: _id, tenantId: _tenant, createdAt: _c, updatedAt: _u, version: _v, revision: _r, ...fields } = patient;
  const handle = () => within(clinic, patientsCollection);
  const documents: NewDocument<Patient>[] = [
    fields,
    // @ts-expect-error a whole document has its tenant
    patient,
    // @ts-expect-error the tenant of a new document
    { ...fields, tenantId: 'other' },
    // @ts-expect-error an id that somebody chose
    { ...fields, id: patientId },
    // @ts-expect-error the same as the database calls it
    { ...fields, _id: patientId },
  ];
  expect(documents).toHaveLength(5);
  never(() => handle().insert(fields));
  // @ts-expect-error inserting a document as it was read
  never(() => handle().insert(patient));
  never(() => handle().insertMany([fields]));
  // @ts-expect-error the same for many
  never(() => handle().insertMany([patient]));
  const named = { name: 'Ayu', tenantId: 'other' } as const;
  const renaming = { $set: { name: 'Ayu' }, $rename: { name: 'tenantId' } } as const;
  const pulling = { $set: { name: 'Ayu' }, $pull: { tenantId: 'other' } } as const;
  const changes: Update<Patient>[] = [
    { $set: { name: 'Ayu' } },
    // @ts-expect-error the tenant in a change
    { $set: { tenantId: 'other' } },
    // @ts-expect-error the tenant that a variable brings along
    { $set: named },
    { $setOnInsert: { name: 'Ayu' } },
    // @ts-expect-error the tenant of what is new
    { $setOnInsert: named },
    { $unset: { email: true } },
    // @ts-expect-error taking the tenant away
    { $unset: { tenantId: true } },
    { $inc: { totalVisits: 1 } },
    // @ts-expect-error counting on the tenant
    { $inc: { tenantId: 1 } },
    // @ts-expect-error the handle's own revision
    { $set: { revision: 1 } },
    // @ts-expect-error an operator that could name it
    { $rename: { name: 'tenantId' } },
    // @ts-expect-error the same that a variable brings along
    renaming,
    // @ts-expect-error taking the tenant out of a list
    { $pull: { tenantId: 'other' } },
    // @ts-expect-error the same that a variable brings along
    pulling,
    // @ts-expect-error a whole document in the place of a change
    fields,
    // @ts-expect-error a pipeline in the place of a change
    [{ $set: { tenantId: 'other' } }],
  ];
  expect(changes).toHaveLength(16);
  const one = { filter: { id: patientId }, update: { $set: { name: 'Ayu' } } };
  never(() => handle().updateEach([one]));
  // @ts-expect-error the tenant in a filter of many
  never(() => handle().updateEach([{ ...one, filter: { tenantId: 'other' } }]));
  // @ts-expect-error the tenant in a change of many
  never(() => handle().updateEach([{ ...one, update: { $set: named } }]));
  never(() => handle().updateMany({}, one.update));
  // @ts-expect-error the tenant in a change of all
  never(() => handle().updateMany({}, { $set: named }));
  never(() => handle().upsert({ id: patientId }, one.update));
  // @ts-expect-error the tenant in what is made where there is none
  never(() => handle().upsert({ id: patientId }, { $setOnInsert: { tenantId: 'other' } }));
}); // prettier-ignore

test('a pipeline can neither name the tenant nor leave it', () => {
  const join = { from: staffCollection, localField: 'x', foreignField: 'y', as: 's' } as const;
  const stages: Stage[] = [
    { $match: { status: 'pending', $or: [{ price: { $gt: 1 } }] } },
    // @ts-expect-error the tenant in a $match
    { $match: { tenantId: 'other' } },
    // @ts-expect-error the tenant at any depth of one
    { $match: { $or: [{ $and: [{ tenantId: 'other' }] }] } },
    { $group: { _id: { day: '$localDate' }, sum: { $sum: '$price' } } },
    // @ts-expect-error the tenant in a group
    { $group: { _id: { tenantId: '$tenantId' } } },
    { $set: { x: { $cond: [{ $eq: ['$status', 'x'] }, 1, 0] } } },
    // @ts-expect-error the tenant in a computed field
    { $set: { tenantId: 'other' } },
    // @ts-expect-error the tenant deep in a computed field
    { $set: { x: { $mergeObjects: ['$$ROOT', { tenantId: 'other' }] } } },
    { $facet: { a: [{ $match: { status: 'x' } }] } },
    // @ts-expect-error the tenant in a facet
    { $facet: { a: [{ $match: { tenantId: 'other' } }] } },
    { $join: { ...join, pipeline: [{ $match: { status: 'x' } }] } },
    // @ts-expect-error the tenant in a join
    { $join: { ...join, pipeline: [{ $match: { tenantId: 'other' } }] } },
    // @ts-expect-error a join with a name instead of a collection
    { $join: { ...join, from: 'staff', pipeline: [] } },
    // @ts-expect-error a raw join
    { $lookup: { from: 'staff', localField: 'x', foreignField: 'y', as: 's' } },
    // @ts-expect-error a raw join in a facet
    { $facet: { a: [{ $lookup: { from: 'staff' } }] } },
    // @ts-expect-error a raw join in a join
    { $join: { ...join, pipeline: [{ $lookup: { from: 'staff' } }] } },
    // @ts-expect-error a union
    { $unionWith: 'staff' },
    // @ts-expect-error a union in a facet
    { $facet: { a: [{ $unionWith: { coll: 'staff' } }] } },
    // @ts-expect-error a union in a join
    { $join: { ...join, pipeline: [{ $unionWith: 'staff' }] } },
    // @ts-expect-error a graph
    { $graphLookup: { from: 'staff' } },
    // @ts-expect-error a graph in a facet
    { $facet: { a: [{ $graphLookup: { from: 'staff' } }] } },
    // @ts-expect-error a graph in a join
    { $join: { ...join, pipeline: [{ $graphLookup: { from: 'staff' } }] } },
    // @ts-expect-error a stage that writes
    { $out: 'x' },
    // @ts-expect-error a stage that merges
    { $merge: { into: 'x' } },
    // @ts-expect-error a stage that writes, in a join
    { $join: { ...join, pipeline: [{ $out: 'x' }] } },
    // @ts-expect-error a stage that merges, in a facet
    { $facet: { a: [{ $merge: { into: 'x' } }] } },
    // @ts-expect-error code in a $match
    { $match: { $where: 'true' } },
    // @ts-expect-error code at any depth of one
    { $match: { $or: [{ $and: [{ $where: 'true' }] }] } },
    // @ts-expect-error an expression in a $match
    { $match: { $expr: { $eq: ['$a', '$b'] } } },
    // @ts-expect-error code in an expression
    { $project: { x: { $function: { body: 'f', args: [], lang: 'js' } } } },
    // @ts-expect-error code deep in an expression, in a facet
    { $facet: { a: [{ $set: { x: { $add: [1, { $function: { body: 'f', args: [], lang: 'js' } }] } } }] } },
    // @ts-expect-error code in an accumulator
    { $group: { _id: null, x: { $accumulator: {} } } },
    { $limit: 1 },
    // @ts-expect-error two operators in one stage
    { $limit: 1, $match: {} },
    // @ts-expect-error none
    {},
  ];
  expect(stages).toHaveLength(35);
  never(() => tenants().aggregate(pipeline([{ $limit: 1 }])));
  // @ts-expect-error a stage that writes, in place
  never(() => tenants().aggregate(pipeline([{ $out: 'x' }])));
  const written = [{ $out: 'x' }] as const;
  // @ts-expect-error a stage that writes, out of a variable
  never(() => tenants().aggregate(pipeline(written)));
  // @ts-expect-error stages that were not looked at
  never(() => tenants().aggregate(stages));
  // @ts-expect-error the same, explained
  never(() => tenants().explainAggregate(stages));
});

test('no text that is written out in a pipeline leads to the tenant', () => {
  const join = { from: staffCollection, localField: 'x', foreignField: 'y', as: 's', pipeline: [] } as const;
  never(() => pipeline([{ $group: { _id: '$localDate' } }, { $unset: ['a', 'b'] }, { $join: join }]));
  never(() => pipeline([...stages(), { $match: { status: 'x' } }]));
  // @ts-expect-error what is grouped by
  never(() => pipeline([{ $group: { _id: '$tenantId' } }]));
  // @ts-expect-error deep in an expression
  never(() => pipeline([{ $set: { x: { $cond: [{ $eq: ['$tenantId', 'x'] }, 1, 0] } } }]));
  // @ts-expect-error by way of the whole document
  never(() => pipeline([{ $project: { x: '$$ROOT.tenantId' } }]));
  // @ts-expect-error in what was joined
  never(() => pipeline([{ $unwind: '$staff' }, { $set: { x: '$staff.tenantId' } }]));
  // @ts-expect-error a part of it
  never(() => pipeline([{ $replaceRoot: { newRoot: '$tenantId.x' } }]));
  // @ts-expect-error in a facet
  never(() => pipeline([{ $facet: { a: [{ $group: { _id: '$tenantId' } }] } }]));
  // @ts-expect-error in a join
  never(() => pipeline([{ $join: { ...join, pipeline: [{ $group: { _id: '$tenantId' } }] } }]));
  // @ts-expect-error what is joined by
  never(() => pipeline([{ $join: { ...join, localField: 'tenantId' } }]));
  // @ts-expect-error what it is joined to
  never(() => pipeline([{ $join: { ...join, foreignField: 'tenantId' } }]));
  // @ts-expect-error what is taken away
  never(() => pipeline([{ $unset: 'tenantId' }]));
  // @ts-expect-error among others
  never(() => pipeline([{ $unset: ['a', 'tenantId'] }]));
  // @ts-expect-error a part of the field
  never(() => pipeline([{ $match: { 'tenantId.x': 1 } }]));
  // @ts-expect-error the field of what was joined
  never(() => pipeline([{ $match: { 'staff.tenantId': 'other' } }]));
  // @ts-expect-error a stage that writes
  never(() => pipeline([{ $out: 'x' }]));
});

declare function stages(): readonly Stage[];

test('there is no code in a filter, and no find without a limit', () => {
  never(() => tenants().findOne({ status: 'pending' }));
  // @ts-expect-error code in a filter
  never(() => tenants().findOne({ $where: 'true' }));
  // @ts-expect-error code in an alternative
  never(() => tenants().findOne({ $or: [{ $and: [{ $where: 'true' }] }] }));
  // @ts-expect-error code in an element
  never(() => tenants().findOne({ payments: { $elemMatch: { $where: 'true' } } }));
  // @ts-expect-error code in a condition
  never(() => tenants().findOne({ status: { $function: { body: 'f', args: [], lang: 'js' } } }));
  // @ts-expect-error code beside a field
  never(() => tenants().findOne({ status: 'pending', $where: 'true' }));
  // @ts-expect-error an expression
  never(() => tenants().findOne({ $expr: {} }));
  never(() => tenants().find({}, { limit: 1 }));
  // @ts-expect-error a find without a limit
  never(() => tenants().find({}));
  // @ts-expect-error the same with options
  never(() => tenants().find({}, {}));
  // @ts-expect-error a limit that is not there
  never(() => tenants().find({}, { limit: undefined }));
  // @ts-expect-error a collation, which could widen the equality on the tenant
  never(() => tenants().find({}, { limit: 1, collation: { locale: 'en' } }));
});
