// A process that is killed: `node process.ts storm|quiet|backup|restore|move FILE FOLDER`. It opens the embedded database of
// a file, and of another one where it moves there. In the storm it registers patients as fast as it can beside the daily
// backup and the log, and says each one that was acknowledged; in the quiet it lets the log catch up, and ends.
import { argv } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { backups, migrations, moves, openDatabase, patients, tenants } from '@paper-circe/core';
import { startEmbedded } from '@paper-circe/embedded';

const [, , act, file = '', folder = ''] = argv;
const server = await startEmbedded({ file });
const database = await openDatabase({ uri: server.uri });
const actor = { kind: 'system', name: 'drill' } as const;
const store = backups.openStore(folder, {});

if (act === 'backup') await backups.daily(database, actor, store);
else if (act === 'restore') await backups.restore(database, actor, store, { at: 'last' });
else if (act === 'move') await moveTo(folder);
else {
  await migrations.migrate(database);
  const keeper = backups.keep(database, {
    store,
    hour: 3,
    flushMs: 1_000,
    say: (line) => console.error(line),
  });
  if (act === 'storm') await storm();
  else await caughtUp();
  await keeper.stop();
}
await database.close();
await server.close();

async function moveTo(other: string): Promise<void> {
  const target = await startEmbedded({ file: other });
  const there = await openDatabase({ uri: target.uri });
  await moves.move(database, there, { to: other, alone: true, onProgress: (what) => console.log(what) });
  await there.close();
  await target.close();
}

async function storm(): Promise<never> {
  const platform = tenants.openPlatform(database, actor);
  const found = await tenants.findBySlug(database, 'drill');
  const { id } = found ?? (await tenants.create(database, platform, { name: 'Drill', slug: 'drill' }));
  const clinic = await tenants.openTenant(database, id, actor);
  for (;;) {
    const phone = `08${String(Math.floor(Math.random() * 1e10)).padStart(10, '1')}`;
    const patient = await patients.register(clinic, { name: 'Storm', phone }).catch(() => undefined);
    if (patient) process.stdout.write(`${patient.id} ${Date.now()}\n`);
  }
}

async function caughtUp(): Promise<void> {
  const now = new Date();
  while (((await backups.status(database)).loggedUntil ?? 0) < now) await pause(50);
}
