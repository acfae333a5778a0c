// A process that makes a backup or restores one, for tests that kill it: `node backup-process.ts backup|restore URI NAME
// FOLDER [COMMANDS]`. After so many commands to the database it kills itself, as a machine does that loses its power.
import { argv } from 'node:process';
import { daily } from '../backup/daily.ts';
import { restore } from '../backup/restore.ts';
import { openDatabase } from '../database.ts';

const [, , act, uri = '', name = '', folder = '', commands] = argv;
const database = await openDatabase({ uri, name });
let left = Number(commands ?? Infinity);
database.client.on('commandStarted', () => {
  if (left-- <= 0) process.kill(process.pid, 'SIGKILL');
});
try {
  if (act === 'backup') await daily(database, folder);
  else await restore(database, folder);
} finally {
  await database.close();
}
