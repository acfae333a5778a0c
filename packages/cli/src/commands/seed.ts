import type { Command } from 'commander';
import { demoPassword, hashPassword } from '@paper-circe/api';
import { migrations, tenants } from '@paper-circe/core';
import { seedDemo } from '@paper-circe/core/demo';
import { withInstallation } from '../installation.ts';
import type { Io } from '../io.ts';
import { UsageError } from '../usage.ts';

export function addSeed(program: Command, io: Io): void {
  program
    .command('seed')
    .description('fill an empty embedded database with the demo clinics')
    .action((_options: object, command: Command) =>
      withInstallation(command, io, async ({ database, embedded }) => {
        if (!embedded) throw new UsageError('Demo data is for the embedded database only.');
        await migrations.migrate(database, { again: false });
        if (!(await tenants.isEmpty(database)))
          throw new UsageError('There are clinics in this database already.');
        await seedDemo(database, await hashPassword(demoPassword));
        io.err(`Demo password: ${demoPassword}`);
      }),
    );
}
