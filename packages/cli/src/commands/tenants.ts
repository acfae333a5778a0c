import type { Command } from 'commander';
import { every, migrations, tenants } from '@paper-circe/core';
import { actor, withInstallation } from '../installation.ts';
import type { Io } from '../io.ts';

interface CreateOptions {
  readonly name: string;
  readonly timezone?: string;
  readonly locale?: 'id' | 'en';
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
