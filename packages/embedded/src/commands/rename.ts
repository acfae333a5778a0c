import { Binary, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import type { Checked } from '../fields.ts';
import { nsOf, type Collection } from '../storage/catalogue.ts';
import { alone } from './alone.ts';
import { dropCollection } from './collections.ts';
import type { Command } from './context.ts';
import { checkCollectionName, checkDatabaseName, NAMESPACE_BYTES } from './namespace.ts';

const fields = {
  renameCollection: 'string',
  to: 'string',
  dropTarget: 'any',
  stayTemp: 'bool',
  collectionUUID: 'uuid',
} as const;
const required = ['renameCollection', 'to'] as const;

export const renameCollection: Command = {
  fields,
  required,
  admin: true,
  writes: true,
  run(context) {
    const body = context.body as Checked<typeof fields, (typeof required)[number]>;
    const { store } = context.server;
    const [from, to] = [parseNamespace(body.renameCollection), parseNamespace(body.to)];
    const drops = parseDropTarget(body.dropTarget);
    if (from.db !== to.db) fail('CommandNotSupported', 'renameCollection across databases is not supported');
    if (from.name === to.name) fail('IllegalOperation', "Can't rename a collection to itself");
    const find = () => {
      const source = store.catalogue.find(from.db, from.name);
      const target = store.catalogue.find(to.db, to.name);
      checkUuid(body.collectionUUID, source);
      if (drops instanceof Binary) checkUuid(drops, target);
      if (!source)
        return fail('NamespaceNotFound', `Source collection ${from.db}.${from.name} does not exist`);
      if (target && !drops) fail('NamespaceExists', 'target namespace exists');
      return [source, target] as const;
    };
    return alone(context, find, ([source, target]) => {
      if (target) dropCollection(context, target);
      context.server.cursors.interrupt(nsOf(source));
      store.renameCollection(source, to.name);
      return {};
    });
  },
};

function parseNamespace(ns: string): { db: string; name: string } {
  const [db = '', ...rest] = ns.split('.');
  const name = rest.join('.');
  const ofServer = name.startsWith('system.') || (db === 'local' && name.startsWith('oplog.'));
  if (ns.includes('$') || ofServer || Buffer.byteLength(ns) > NAMESPACE_BYTES)
    fail('IllegalOperation', `error with namespace: cannot rename '${ns}'`);
  checkDatabaseName(db);
  checkCollectionName(db, name);
  return { db, name };
}

/** Whether the target may be dropped; with a UUID, only if it has that one. */
function parseDropTarget(value: Value = false): boolean | Binary {
  if (typeof value === 'boolean') return value;
  if (!(value instanceof Binary))
    return fail(
      'TypeMismatch',
      `BSON field 'renameCollection.dropTarget' is the wrong type '${typeName(value)}', expected types '[bool, binData]'`,
    );
  checkUuidBytes(value);
  return value;
}

function checkUuidBytes(uuid: Binary): void {
  if (uuid.sub_type !== 4 || uuid.length() !== 16)
    fail('InvalidUUID', 'uuid must be a 16-byte binary field with UUID (4) subtype');
}

function checkUuid(wanted: Binary | undefined, collection: Collection | undefined): void {
  if (!wanted) return;
  checkUuidBytes(wanted);
  if (collection?.uuid.toString('hex') !== wanted.toString('hex'))
    fail(
      'CollectionUUIDMismatch',
      `Collection UUID does not match that specified${collection ? `: ${nsOf(collection)}` : ''}`,
    );
}
