import type { Database } from '../connection.ts';
import { acrossTenants } from '../firewall.ts';
import { backupsOf, type BackupRow } from './collection.ts';

/** How far the backups of an installation are. */
export interface BackupStatus {
  /** The last backup that was made and read back. */
  readonly newest?: { readonly name: string; readonly at: Date };
  /** Until when every change is in the log. */
  readonly loggedUntil?: Date;
  /** Since when something older that is due to be removed could not be; the audit says why (`backups.prune`). */
  readonly unprunedSince?: Date;
}

/** What is known of the backups of this database. */
export async function status(database: Database): Promise<BackupStatus> {
  return acrossTenants('backup', async () => {
    const rows = await backupsOf(database)
      .find({ _id: { $in: ['newest', 'lease', 'unpruned'] } })
      .toArray();
    const row = (id: BackupRow['_id']) => rows.find(({ _id }) => _id === id);
    const { name, at } = row('newest') ?? {};
    const loggedUntil = row('lease')?.loggedUntil;
    const unprunedSince = row('unpruned')?.at;
    return {
      ...(name !== undefined && at && { newest: { name, at } }),
      ...(loggedUntil && { loggedUntil }),
      ...(unprunedSince && { unprunedSince }),
    };
  });
}
