import { fail } from '../errors.ts';

const DATABASE_BYTES = 63;
export const NAMESPACE_BYTES = 255;

/** Refuses what cannot be a database's name. */
export function checkDatabaseName(db: string): void {
  if (db === '' || /[\0./\\" $]/.test(db) || Buffer.byteLength(db) > DATABASE_BYTES)
    fail('InvalidNamespace', `Invalid database name: '${db}'`);
}

/** Refuses what cannot be a collection's name. */
export function checkCollectionName(db: string, name: string): void {
  if (name === '' || name.includes('\0') || name.startsWith('.') || name.includes('$'))
    fail('InvalidNamespace', `Invalid namespace specified '${db}.${name}'`);
}

/** Refuses what no new collection may be called. */
export function checkNewName(db: string, name: string): void {
  if (name.startsWith('system.')) fail('InvalidNamespace', `Invalid system namespace: ${db}.${name}`);
  if (Buffer.byteLength(`${db}.${name}`) > NAMESPACE_BYTES)
    fail('InvalidNamespace', `Fully qualified namespace is too long: ${db}.${name}`);
}
