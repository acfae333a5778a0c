import type { ClientSession } from 'mongodb';
import type { Actor } from '../actor.ts';
import { record } from '../audit.ts';
import type { Database } from '../connection.ts';
import { beside, tenantsCollection, transact } from '../tenancy.ts';
import { everyClinic, openPlatform } from '../tenants/read.ts';

/**
 * Does what concerns the whole installation, and says so in its own audit and in every clinic's: in one transaction, so
 * that it was done and recorded, or neither. A clinic is not told the address of a database.
 */
export async function recorded(
  database: Database,
  actor: Actor,
  action: 'moves.move' | 'moves.reopen',
  to: string,
  work: (options: { session?: ClientSession }) => Promise<void>,
): Promise<void> {
  const clinics = await Array.fromAsync(everyClinic(database));
  const subject = { collection: 'migrations', id: 'move' };
  await transact(openPlatform(database, actor), async (inside) => {
    await work(tenantsCollection(inside).options);
    await record(inside, action, subject, { place: { to } });
    for (const clinic of clinics) await record(beside(inside, clinic), action, subject, {});
  });
}
