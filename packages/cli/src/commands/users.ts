import type { Command } from 'commander';
import { hashPassword, NewPassword } from '@paper-circe/api';
import { migrations, tenants, users } from '@paper-circe/core';
import { actor, withInstallation } from '../installation.ts';
import { secrets, type Io } from '../io.ts';
import { UsageError } from '../usage.ts';

interface AddOptions {
  readonly name: string;
  readonly role: string;
}

async function newPassword(io: Io): Promise<string> {
  const [line] = await secrets(io, ['Password']);
  const password = NewPassword.safeParse(line);
  if (!password.success) throw new UsageError(password.error.issues[0]?.message ?? 'This is no password.');
  return password.data;
}

export function addUsers(program: Command, io: Io): void {
  program
    .command('users')
    .description('people who can sign in')
    .command('add <slug> <email>')
    .description('add somebody to a clinic, or to "platform"; the password comes on standard input')
    .requiredOption('--name <name>', 'full name')
    .option('--role <role>', 'admin, staff, user or platform_admin', 'staff')
    .action(async (slug: string, email: string, { name, role }: AddOptions, command: Command) => {
      const passwordHash = await hashPassword(await newPassword(io));
      return withInstallation(command, io, async ({ database }) => {
        await migrations.migrate(database, { again: false });
        const clinic =
          slug === tenants.platformTenantId
            ? tenants.openPlatform(database, actor)
            : await tenants.openTenantBySlug(database, slug, actor);
        const user = await users.add(clinic, { email, name, role: role as users.Role, passwordHash });
        io.out(JSON.stringify({ id: user.id, email: user.email, role: user.role }));
      });
    });
}
