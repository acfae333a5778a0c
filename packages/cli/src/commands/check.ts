import type { Command } from 'commander';
import { audit, bookings, every, tenants } from '@paper-circe/core';
import { actor, withInstallation } from '../installation.ts';

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('verify the audit chain of every clinic, and the holds against the bookings')
    .action((_options: object, command: Command) =>
      withInstallation(command, async ({ database }) => {
        let broken = 0;
        for await (const { id, slug } of every((page) => tenants.findActive(database, page))) {
          const clinic = await tenants.openTenant(database, id, actor);
          const sealed = await audit.seal(clinic);
          const link = await audit.firstBrokenLink(clinic);
          const wrongHolds = await Array.fromAsync(every((page) => bookings.findWrongHolds(clinic, page)));
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
