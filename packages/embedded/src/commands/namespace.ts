import { fail } from '../errors.ts';

const DATABASE_BYTES = 63;
export const NAMESPACE_BYTES = 255;

/** Refuses what cannot be a database's name. */
export function checkDatabaseName(db: string, collection = ''): void {
  const no = (what: string): never => fail('InvalidNamespace', what);
  const bytes = Buffer.byteLength(db);
  if (db.includes('\0')) no('namespaces cannot have embedded null characters');
  if (bytes > DATABASE_BYTES) no(`db name must be at most ${DATABASE_BYTES} characters, found: ${bytes}`);
  if (db.includes('.')) no(`'.' is an invalid character in a db name: ${db}`);
  if (db === '' || /[/\\" $]/.test(db)) no(`Invalid namespace specified '${db}.${collection}'`);
}

/** Refuses what cannot be a collection's name. */
export function checkCollectionName(db: string, name: string): void {
  if (name.includes('\0')) fail('InvalidNamespace', 'namespaces cannot have embedded null characters');
  if (name === '' || name.startsWith('.') || name.includes('$'))
    fail('InvalidNamespace', `Invalid namespace specified '${db}.${name}'`);
}

/** Refuses what no new collection may be called. */
export function checkNewName(db: string, name: string): void {
  if (name.startsWith('system.')) fail('InvalidNamespace', `Invalid system namespace: ${db}.${name}`);
  if (Buffer.byteLength(`${db}.${name}`) > NAMESPACE_BYTES)
    fail(
      'InvalidNamespace',
      `Fully qualified namespace is too long. Namespace: ${db}.${name} Max: ${NAMESPACE_BYTES}`,
    );
}

/** What MongoDB says of a name that somebody wants to make a collection by. */
export function checkWantedName(name: unknown): void {
  if (typeof name !== 'string') return;
  if (name.includes('$')) fail('InvalidNamespace', `Invalid collection name: ${name}`);
  if (name.startsWith('.')) fail('InvalidNamespace', `Collection names cannot start with '.': ${name}`);
}
