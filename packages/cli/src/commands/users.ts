import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { hashPassword, NewPassword } from '@paper-circe/api';
import { migrations, tenants, users } from '@paper-circe/core';
import { actor, withInstallation } from '../installation.ts';
import { UsageError } from '../usage.ts';

interface AddOptions {
  readonly name: string;
  readonly role: string;
}

/** The first line of stdin: a password as an argument would show in the list of processes. */
async function passwordFromStdin(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new UsageError(
      'Give the password on standard input, for instance: circe users add ... < password.txt',
    );
  }
  const [line = ''] = (await text(process.stdin)).split(/\r?\n/);
  const password = NewPassword.safeParse(line);
  if (!password.success) throw new UsageError(password.error.issues[0]?.message ?? 'This is no password.');
  return password.data;
}

export function addUsers(program: Command): void {
  program
    .command('users')
    .description('people who can sign in')
    .command('add <slug> <email>')
    .description('add somebody to a clinic, or to "platform"; the password comes on standard input')
    .requiredOption('--name <name>', 'full name')
    .option('--role <role>', 'admin, staff, user or platform_admin', 'staff')
    .action(async (slug: string, email: string, { name, role }: AddOptions, command: Command) => {
      const passwordHash = await hashPassword(await passwordFromStdin());
      return withInstallation(command, async ({ database }) => {
        await migrations.migrate(database, { again: false });
        const clinic =
          slug === tenants.platformTenantId
            ? tenants.openPlatform(database, actor)
            : await tenants.openTenantBySlug(database, slug, actor);
        const user = await users.add(clinic, { email, name, role: role as users.Role, passwordHash });
        console.log(JSON.stringify({ id: user.id, email: user.email, role: user.role }));
      });
    });
}
