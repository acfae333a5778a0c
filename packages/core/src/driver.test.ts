// Holds the installed driver against written lists, so that an upgrade cannot bring a command or a method that
// nobody has thought of: what is new fails here until somebody has decided about it.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Admin, Collection, Db, MongoClient, type AnyBulkWriteOperation } from 'mongodb';
import { expect, test } from 'vitest';
import { refusalOf, type Firewall } from './refusals.ts';
import { newClinic, testDatabase } from './testing/index.ts';

const held = testDatabase();

/** The commands that the driver's operations send, and what becomes of one that names a tenant's collection. */
const commands: Record<string, 'looked into' | 'refused' | 'passes'> = {
  aggregate: 'looked into',
  bulkWrite: 'refused',
  count: 'looked into',
  create: 'refused',
  createIndexes: 'refused',
  createSearchIndexes: 'refused',
  dbStats: 'refused',
  delete: 'looked into',
  distinct: 'looked into',
  drop: 'refused',
  dropDatabase: 'refused',
  dropIndexes: 'refused',
  dropSearchIndex: 'refused',
  dropUser: 'refused',
  // It reads and writes nothing.
  endSessions: 'passes',
  find: 'looked into',
  findAndModify: 'looked into',
  getMore: 'looked into',
  insert: 'looked into',
  killCursors: 'looked into',
  listCollections: 'refused',
  listDatabases: 'refused',
  listIndexes: 'refused',
  profile: 'refused',
  renameCollection: 'refused',
  // Stands for whatever its caller sends, and is none itself.
  runCommand: 'refused',
  update: 'looked into',
  updateSearchIndex: 'refused',
  validate: 'refused',
};

async function commandsOfTheDriver(): Promise<string[]> {
  const operations = join(dirname(fileURLToPath(import.meta.resolve('mongodb'))), 'operations');
  const files = (await readdir(operations, { recursive: true })).filter((name) => name.endsWith('.js'));
  const texts = await Promise.all(files.map((name) => readFile(join(operations, name), 'utf8')));
  const named = texts.flatMap((text) => [...text.matchAll(/get commandName\(\) \{\s*return '(\w+)'/g)]);
  return [...new Set(named.map(([, name = '']) => name))].sort();
}

test('the driver has no operation that nobody has decided about', async () => {
  expect(await commandsOfTheDriver()).toEqual(Object.keys(commands).sort());
  const wall: Firewall = { database: 'x', tenantOwned: new Set(['patients']), shared: new Set() };
  for (const [name, fate] of Object.entries(commands)) {
    const refusal = refusalOf(name, { [name]: 'patients', $db: 'x' }, wall);
    if (fate === 'passes') expect(refusal, name).toBeUndefined();
    else if (fate === 'refused') expect(refusal, name).toBe('a command that is not on the list');
    else expect(refusal, name).toEqual(expect.not.stringContaining('not on the list'));
  }
});

type Calls<Class> = Record<string, 'sends nothing' | ((object: Class) => unknown)>;

const unset = { $set: { name: 'x' } };
const index = { name: 'x', definition: {} };
const key = { name: 1 } as const;

/** Every method of the driver that could send something, called without a tenant. */
const ofCollection: Calls<Collection> = {
  aggregate: (patients) => patients.aggregate([]).toArray(),
  bsonOptions: 'sends nothing',
  bulkWrite: (patients) => patients.bulkWrite([{ deleteMany: { filter: {} } } as AnyBulkWriteOperation]),
  collectionName: 'sends nothing',
  count: (patients) => patients.count({}),
  countDocuments: (patients) => patients.countDocuments({}),
  createIndex: (patients) => patients.createIndex(key),
  createIndexes: (patients) => patients.createIndexes([{ key }]),
  createSearchIndex: (patients) => patients.createSearchIndex(index),
  createSearchIndexes: (patients) => patients.createSearchIndexes([index]),
  dbName: 'sends nothing',
  deleteMany: (patients) => patients.deleteMany({}),
  deleteOne: (patients) => patients.deleteOne({}),
  distinct: (patients) => patients.distinct('name'),
  drop: (patients) => patients.drop(),
  dropIndex: (patients) => patients.dropIndex('x'),
  dropIndexes: (patients) => patients.dropIndexes(),
  dropSearchIndex: (patients) => patients.dropSearchIndex('x'),
  estimatedDocumentCount: (patients) => patients.estimatedDocumentCount(),
  find: (patients) => patients.find().toArray(),
  findOne: (patients) => patients.findOne(),
  findOneAndDelete: (patients) => patients.findOneAndDelete({}),
  findOneAndReplace: (patients) => patients.findOneAndReplace({}, { name: 'x' }),
  findOneAndUpdate: (patients) => patients.findOneAndUpdate({}, unset),
  fullNamespace: 'sends nothing',
  hint: 'sends nothing',
  indexExists: (patients) => patients.indexExists('x'),
  indexInformation: (patients) => patients.indexInformation(),
  indexes: (patients) => patients.indexes(),
  initializeOrderedBulkOp: (patients) => patients.initializeOrderedBulkOp().insert({}).execute(),
  initializeUnorderedBulkOp: (patients) => patients.initializeUnorderedBulkOp().insert({}).execute(),
  insertMany: (patients) => patients.insertMany([{}]),
  insertOne: (patients) => patients.insertOne({}),
  isCapped: (patients) => patients.isCapped(),
  listIndexes: (patients) => patients.listIndexes().toArray(),
  listSearchIndexes: (patients) => patients.listSearchIndexes().toArray(),
  namespace: 'sends nothing',
  options: (patients) => patients.options(),
  readConcern: 'sends nothing',
  readPreference: 'sends nothing',
  rename: (patients) => patients.rename('x'),
  replaceOne: (patients) => patients.replaceOne({}, { name: 'x' }),
  timeoutMS: 'sends nothing',
  updateMany: (patients) => patients.updateMany({}, unset),
  updateOne: (patients) => patients.updateOne({}, unset),
  updateSearchIndex: (patients) => patients.updateSearchIndex('x', {}),
  watch: (patients) => patients.watch().next(),
  writeConcern: 'sends nothing',
};

const ofDb: Calls<Db> = {
  admin: 'sends nothing',
  aggregate: (db) => db.aggregate([]).toArray(),
  bsonOptions: 'sends nothing',
  collection: 'sends nothing',
  collections: (db) => db.collections(),
  command: (db) => db.command({ find: 'patients' }),
  createCollection: (db) => db.createCollection('patients'),
  createIndex: (db) => db.createIndex('patients', key),
  databaseName: 'sends nothing',
  dropCollection: (db) => db.dropCollection('patients'),
  dropDatabase: (db) => db.dropDatabase(),
  indexInformation: (db) => db.indexInformation('patients'),
  listCollections: (db) => db.listCollections().toArray(),
  namespace: 'sends nothing',
  options: 'sends nothing',
  profilingLevel: (db) => db.profilingLevel(),
  readConcern: 'sends nothing',
  readPreference: 'sends nothing',
  removeUser: (db) => db.removeUser('x'),
  renameCollection: (db) => db.renameCollection('patients', 'x'),
  runCursorCommand: (db) => db.runCursorCommand({ find: 'patients' }).toArray(),
  secondaryOk: 'sends nothing',
  setProfilingLevel: (db) => db.setProfilingLevel('off'),
  stats: (db) => db.stats(),
  timeoutMS: 'sends nothing',
  watch: (db) => db.watch().next(),
  writeConcern: 'sends nothing',
};

const ofAdmin: Calls<Admin> = {
  // The answer says nothing about any clinic.
  buildInfo: 'sends nothing',
  command: (admin) => admin.command({ find: 'patients' }),
  listDatabases: (admin) => admin.listDatabases(),
  ping: 'sends nothing',
  removeUser: (admin) => admin.removeUser('x'),
  replSetGetStatus: (admin) => admin.replSetGetStatus(),
  serverInfo: 'sends nothing',
  serverStatus: (admin) => admin.serverStatus(),
  validateCollection: (admin) => admin.validateCollection('patients'),
};

const ofClient: Calls<MongoClient> = {
  _close: 'sends nothing',
  _connect: 'sends nothing',
  appendMetadata: 'sends nothing',
  autoEncrypter: 'sends nothing',
  bsonOptions: 'sends nothing',
  bulkWrite: (client) =>
    client.bulkWrite([{ name: 'deleteMany', namespace: `${held.database.db.databaseName}.patients`, filter: {} }]),
  checkForNonGenuineHosts: 'sends nothing',
  close: 'sends nothing',
  connect: 'sends nothing',
  db: 'sends nothing',
  monitorCommands: 'sends nothing',
  readConcern: 'sends nothing',
  readPreference: 'sends nothing',
  serverApi: 'sends nothing',
  startSession: 'sends nothing',
  timeoutMS: 'sends nothing',
  watch: (client) => client.watch().next(),
  withSession: 'sends nothing',
  writeConcern: 'sends nothing',
}; // prettier-ignore

async function refusesAll<Class>(prototype: object, calls: Calls<Class>, object: Class): Promise<void> {
  const methods = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  expect(methods.sort()).toEqual(Object.keys(calls).sort());
  for (const [name, call] of Object.entries(calls)) {
    if (call === 'sends nothing') continue;
    const answer = await Promise.resolve(call(object)).catch((error: unknown) => error);
    // The driver makes an error of its own out of the one that ends a bulk write.
    expect(String(answer), name).toContain('The firewall refused');
  }
}

test('no method of the driver reaches a clinic without naming it', async () => {
  await newClinic(held.database);
  const { client, db } = held.database;
  await refusesAll(Collection.prototype, ofCollection, db.collection('patients'));
  await refusesAll(Db.prototype, ofDb, db);
  await refusesAll(Admin.prototype, ofAdmin, db.admin());
  await refusesAll(MongoClient.prototype, ofClient, client);
});
