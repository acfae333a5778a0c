import type { Database } from '../connection.ts';
import { acrossTenants } from '../firewall.ts';
import { backupsOf } from './collection.ts';

/** How far the backups of an installation are. */
export interface BackupStatus {
  /** The last backup that was made and read back. */
  readonly newest?: { readonly name: string; readonly at: Date };
  /** Until when every change is in the log. */
  readonly loggedUntil?: Date;
}

/** What is known of the backups of this database. */
export async function status(database: Database): Promise<BackupStatus> {
  return acrossTenants('backup', async () => {
    const rows = await backupsOf(database)
      .find({ _id: { $in: ['newest', 'lease'] } })
      .toArray();
    const { name, at } = rows.find(({ _id }) => _id === 'newest') ?? {};
    const loggedUntil = rows.find(({ _id }) => _id === 'lease')?.loggedUntil;
    return { ...(name !== undefined && at && { newest: { name, at } }), ...(loggedUntil && { loggedUntil }) };
  });
}
