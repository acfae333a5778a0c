// A process that archives a clinic's bookings and dies by SIGKILL just before it sends a command of a name. It says
// which session it leaves behind.
import { writeSync } from 'node:fs';
import type { Binary } from 'mongodb';
import { openDatabase } from '../database.ts';
import { archiveBookings } from '../archive/index.ts';
import { openTenant } from '../tenants/read.ts';

const [uri = '', name = '', tenantId = '', now = '', fatal = ''] = process.argv.slice(2);
const database = await openDatabase({ uri, name, clock: () => new Date(now) });
const clinic = await openTenant(database, tenantId, { kind: 'system', name: 'archiver' });
database.client.on('commandStarted', ({ commandName, command }) => {
  if (commandName !== fatal) return;
  const { id } = command['lsid'] as { id: Binary };
  writeSync(1, Buffer.from(id.buffer).toString('hex'));
  process.kill(process.pid, 'SIGKILL');
});
await archiveBookings(clinic);
await database.close();
