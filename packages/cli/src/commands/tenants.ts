import type { Command } from 'commander';
import { every, migrations, tenants, transfer } from '@paper-circe/core';
import { actor, withInstallation } from '../installation.ts';
import type { Io } from '../io.ts';

interface CreateOptions {
  readonly name: string;
  readonly timezone?: string;
  readonly locale?: 'id' | 'en';
}

interface ImportOptions {
  readonly slug?: string;
  readonly remap?: true;
  readonly dryRun?: true;
}

export function addTenants(program: Command, io: Io): void {
  const group = program.command('tenants').description('clinics of this installation');
  group
    .command('create <slug>')
    .description('create a clinic; the slug becomes its address')
    .requiredOption('--name <name>', "the clinic's name")
    .option('--timezone <zone>', 'IANA time zone (default Asia/Jakarta)')
    .option('--locale <locale>', 'id or en (default id)')
    .action((slug: string, { name, timezone, locale }: CreateOptions, command: Command) =>
      withInstallation(command, io, async ({ database }) => {
        await migrations.migrate(database, { again: false });
        const platform = tenants.openPlatform(database, actor);
        const config = { ...(timezone && { timezone }), ...(locale && { locale }) };
        const tenant = await tenants.create(database, platform, { name, slug, config });
        io.out(JSON.stringify({ id: tenant.id, slug: tenant.slug, name: tenant.name }));
      }),
    );
  addTransfer(group, io);
  group
    .command('list')
    .description('list the active clinics')
    .action((_options: object, command: Command) =>
      withInstallation(command, io, async ({ database }) => {
        for await (const { id, slug, name } of every((page) => tenants.findActive(database, page))) {
          io.out(JSON.stringify({ id, slug, name }));
        }
      }),
    );
}

function addTransfer(group: Command, io: Io): void {
  const onProgress = (what: string, documents: number) => io.err(`${what}: ${documents}`);
  group
    .command('export <slug> <folder>')
    .description('write all that belongs to a clinic into a new folder, as lines of extended JSON')
    .action((slug: string, folder: string, _options: object, command: Command) =>
      withInstallation(command, io, async ({ database }) => {
        const clinic = await tenants.openTenantBySlug(database, slug, actor);
        io.out(JSON.stringify(await transfer.exportTenant(clinic, folder, onProgress)));
      }),
    );
  group
    .command('import <folder>')
    .description('make a clinic of a folder that "tenants export" wrote: all of it or nothing')
    .option('--slug <slug>', 'another address than it had')
    .option('--remap', 'other ids than it had, so that it can stand beside itself')
    .option('--dry-run', 'only look through the folder')
    .action((folder: string, options: ImportOptions, command: Command) =>
      withInstallation(command, io, async ({ database }) => {
        if (!options.dryRun) await migrations.migrate(database, { again: false });
        const platform = tenants.openPlatform(database, actor);
        io.out(JSON.stringify(await transfer.importTenant(database, platform, folder, options, onProgress)));
      }),
    );
}
