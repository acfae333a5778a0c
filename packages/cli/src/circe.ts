// The commands, and what is the same for all of them: global options, help, errors, exit codes.
import { Command } from 'commander';
import { addArchive } from './commands/archive.ts';
import { addBackup } from './commands/backup.ts';
import { addCheck } from './commands/check.ts';
import { addCluster } from './commands/cluster.ts';
import { addCompletion } from './commands/completion.ts';
import { addImport } from './commands/import.ts';
import { addLogin } from './commands/login.ts';
import { addMigrate } from './commands/migrate.ts';
import { addMigrateTo } from './commands/migrate-to.ts';
import { addProcedures } from './commands/procedures.ts';
import { addRestore } from './commands/restore.ts';
import { addSeed } from './commands/seed.ts';
import { addTenants } from './commands/tenants.ts';
import { addUsers } from './commands/users.ts';
import { report } from './exit.ts';
import type { Io } from './io.ts';

const after = `
The embedded database belongs to one process: stop the portal before you work on its file.

A server is named by CIRCE_URL, CIRCE_TENANT (the clinic's slug) and CIRCE_TOKEN, or by a profile of "circe login".

Exit codes: 0 ok, 1 anything else, 2 usage, 3 authentication, 4 not found, 5 conflict, 6 validation, 7 rate limited.`;

/** Runs the command line in these words, without the name of the program, and answers its exit code. */
export async function run(words: readonly string[], io: Io): Promise<number> {
  try {
    await programOf(io, words).parseAsync(words.map(kebab), { from: 'user' });
    return 0;
  } catch (error) {
    return report(io, error, words.includes('--json'));
  }
}

function programOf(io: Io, words: readonly string[]): Command {
  const program = new Command('circe')
    .description('Looks after an installation of Paper Circe, and calls any procedure of a server.')
    .option('--data <folder>', 'folder of the embedded database', io.env['CIRCE_DATA'] ?? '.circe')
    .option('--uri <address>', 'a MongoDB to use instead (or MONGODB_URI)')
    .option('--profile <name>', 'which server and clinic (or CIRCE_PROFILE); the last one of "circe login"')
    .option(
      '--json',
      'answer with JSON: { "data": ... } or { "error": { code, message, details, requestId } }',
    )
    .addHelpText('after', after)
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
    })
    .showHelpAfterError('(--help says more)')
    .exitOverride();
  program.commandsGroup('On the database:');
  for (const add of [
    addMigrate,
    addTenants,
    addUsers,
    addSeed,
    addArchive,
    addCheck,
    addBackup,
    addRestore,
    addMigrateTo,
    addCluster,
  ])
    add(program, io);
  program.commandsGroup('On a server:');
  for (const add of [addLogin, addImport, addProcedures]) add(program, io, words);
  program.commandsGroup('Other:');
  addCompletion(program, io);
  return program;
}

/** `--treatmentId` is as good as `--treatment-id`. */
function kebab(word: string): string {
  const [, name, rest = ''] = /^(--[a-z][a-zA-Z]*)(=.*)?$/s.exec(word) ?? [];
  return name === undefined ? word : name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) + rest;
}
