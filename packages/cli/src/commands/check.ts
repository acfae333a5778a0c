import type { Command } from 'commander';
import { audit, bookings, every, patients, quotas, tenants } from '@paper-circe/core';
import { actor, withInstallation } from '../installation.ts';
import type { Io } from '../io.ts';

/** Enough to see what happened. */
const mostDifferences = 100;

export function addCheck(program: Command, io: Io): void {
  program
    .command('check')
    .description('verify the audit of every clinic, and what is stored against it and against itself')
    .action((_options: object, command: Command) =>
      withInstallation(command, io, async ({ database }) => {
        let broken = 0;
        for await (const { id, slug } of every((page) => tenants.findActive(database, page))) {
          const clinic = await tenants.openTenant(database, id, actor);
          const sealed = await audit.seal(clinic);
          const link = await audit.firstBrokenLink(clinic);
          const wrongHolds = await Array.fromAsync(every((page) => bookings.findWrongHolds(clinic, page)));
          const wrongVisits = await Array.fromAsync(patients.findWrongVisits(clinic));
          const wrongCounts = await quotas.findWrongCounts(clinic);
          const differences: audit.Difference[] = [];
          for await (const one of audit.replay(clinic)) if (differences.push(one) === mostDifferences) break;
          const wrong = { wrongHolds, wrongVisits, wrongCounts, differences };
          const ok = link === undefined && Object.values(wrong).every((found) => found.length === 0);
          if (!ok) broken++;
          io.out(JSON.stringify({ slug, ok, events: sealed, firstBrokenLink: link ?? null, ...wrong }));
        }
        if (broken > 0) throw new Error(`${broken} clinics do not check out.`);
        io.err('Everything checks out.');
      }),
    );
}
