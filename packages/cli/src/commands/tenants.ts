import type { Command } from 'commander';
import { NewClinic, provision } from '@paper-circe/api';
import { CirceError, every, migrations, tenants, transfer, type TenantScope } from '@paper-circe/core';
import { actor, isToBeMade, withInstallation, withWhole, type Opened } from '../installation.ts';
import { parsed } from '../import/kinds/parsed.ts';
import { untilGivenUp, type Io } from '../io.ts';

interface CreateOptions {
  readonly name: string;
  readonly timezone?: string;
  readonly locale?: 'id' | 'en';
}

interface ProvisionOptions extends CreateOptions {
  readonly administrator: string;
  readonly email: string;
}

interface StateOptions {
  readonly reason?: string;
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
    .action((slug: string, { name, ...options }: CreateOptions, command: Command) =>
      withInstallation(command, io, async ({ database }) => {
        await migrations.migrate(database, { again: false });
        const platform = tenants.openPlatform(database, actor);
        const config = configOf(options);
        const tenant = await tenants.create(database, platform, { name, slug, config });
        io.out(JSON.stringify({ id: tenant.id, slug: tenant.slug, name: tenant.name }));
      }),
    );
  addProvision(group, io);
  addState(group, io);
  addTransfer(group, io);
  group
    .command('list')
    .description('list the active clinics')
    .action((_options: object, command: Command) =>
      withWhole(command, io, async ({ database }) => {
        for await (const { id, slug, name } of every((page) => tenants.findActive(database, page))) {
          io.out(JSON.stringify({ id, slug, name }));
        }
      }),
    );
}

function addProvision(group: Command, io: Io): void {
  group
    .command('provision <slug>')
    .description('create a clinic and invite who runs it, by a one-time link that is shown once')
    .requiredOption('--name <name>', "the clinic's name")
    .requiredOption('--administrator <name>', 'who runs it')
    .requiredOption('--email <email>', 'under which he signs in')
    .option('--timezone <zone>', 'IANA time zone (default Asia/Jakarta)')
    .option('--locale <locale>', 'id or en (default id)')
    .action((slug: string, options: ProvisionOptions, command: Command) =>
      withInstallation(command, io, async ({ database }) => {
        await migrations.migrate(database, { again: false });
        const platform = tenants.openPlatform(database, actor);
        const given = {
          clinic: { name: options.name, slug, config: configOf(options) },
          administrator: { name: options.administrator, email: options.email },
        };
        const { tenant, link } = await provision(database, platform, parsed(NewClinic, given));
        const { token, expiresAt } = link;
        const { id, name } = tenant;
        io.out(JSON.stringify({ id, slug, name, link: `/${slug}/password/${token}`, expiresAt }));
      }),
    );
}

type Change = (platform: TenantScope, id: tenants.TenantId, given: StateOptions) => Promise<tenants.Tenant>;

function addState(group: Command, io: Io): void {
  const changing = (change: Change) => (slug: string, given: StateOptions, command: Command) =>
    withWhole(command, io, async ({ database }) => {
      const found = await tenants.findBySlug(database, slug);
      if (!found) throw new CirceError('NOT_FOUND', `There is no clinic "${slug}".`, { what: 'clinic' });
      const tenant = await change(tenants.openPlatform(database, actor), found.id, given);
      io.out(JSON.stringify({ id: tenant.id, slug, name: tenant.name, isActive: tenant.isActive }));
    });
  group
    .command('suspend <slug>')
    .description('close a clinic to everybody and keep all of its data')
    .requiredOption('--reason <reason>', 'why, for both audits')
    .action(changing((platform, id, { reason = '' }) => tenants.suspend(platform, id, { reason })));
  group
    .command('resume <slug>')
    .description('open a suspended clinic again; its people sign in anew')
    .option('--reason <reason>', 'why, for both audits')
    .action(changing(tenants.activate));
}

function configOf({ timezone, locale }: Pick<CreateOptions, 'timezone' | 'locale'>) {
  return { ...(timezone && { timezone }), ...(locale && { locale }) };
}

function addTransfer(group: Command, io: Io): void {
  const onProgress = (what: string, documents: number) => io.err(`${what}: ${documents}`);
  group
    .command('export <slug> <folder>')
    .description('write all of a clinic, suspended or not, into a new folder, as lines of extended JSON')
    .action((slug: string, folder: string, _options: object, command: Command) =>
      withWhole(command, io, async ({ database }) => {
        const platform = tenants.openPlatform(database, actor);
        const done = await untilGivenUp(io, 'No half export is left.', (signal) =>
          transfer.exportBySlug(database, platform, slug, folder, onProgress, signal),
        );
        io.out(JSON.stringify(done));
      }),
    );
  group
    .command('import <folder>')
    .description('make a clinic of a folder that "tenants export" wrote: all of it or nothing')
    .option('--slug <slug>', 'another address than it had')
    .option('--remap', 'other ids than it had, so that it can stand beside itself')
    .option('--dry-run', 'only look through the folder')
    .action((folder: string, given: ImportOptions, command: Command) => {
      const options = parsed(transfer.ImportTenant, given);
      const { dryRun } = options;
      return untilGivenUp(io, 'Nothing of the clinic is left here.', async (signal) => {
        // What is refused makes no database.
        const isNew = !dryRun && isToBeMade(command, io);
        const from = isNew ? await transfer.check(folder, onProgress, signal) : folder;
        const imported = async ({ database }: Opened) => {
          if (!dryRun) await migrations.migrate(database, { again: false });
          const platform = tenants.openPlatform(database, actor);
          const done = await transfer.importTenant(database, platform, from, options, onProgress, signal);
          io.out(JSON.stringify(done));
        };
        await withInstallation(command, io, imported, dryRun);
      });
    });
}
