import type { Command } from 'commander';
import { audit, bookings, tenants } from '@paper-circe/core';
import { actor, withInstallation } from '../installation.ts';

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('verify the audit chain of every clinic, and the holds against the bookings')
    .action((_options: object, command: Command) =>
      withInstallation(command, async ({ database }) => {
        let broken = 0;
        for (const { id, slug } of await tenants.findActive(database)) {
          const clinic = await tenants.openTenant(database, id, actor);
          const sealed = await audit.seal(clinic);
          const link = await audit.firstBrokenLink(clinic);
          const wrongHolds = await bookings.findWrongHolds(clinic);
          const ok = link === undefined && wrongHolds.length === 0;
          if (!ok) broken++;
          console.log(
            JSON.stringify({ slug, ok, events: sealed, firstBrokenLink: link ?? null, wrongHolds }),
          );
        }
        if (broken > 0) throw new Error(`${broken} clinics do not check out.`);
        console.error('Everything checks out.');
      }),
    );
}
