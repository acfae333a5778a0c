import { audit, bookings, every, patients, quotas, type TenantScope } from '@paper-circe/core';

/** What of a clinic does not agree with itself: its audit, holds, visits and quotas. */
export async function unsound(clinic: TenantScope): Promise<string[]> {
  await audit.seal(clinic);
  const broken = await audit.firstBrokenLink(clinic);
  const found = {
    'the audit and what is stored': await Array.fromAsync(audit.replay(clinic)),
    'a visit count': await Array.fromAsync(patients.findWrongVisits(clinic)),
    'a hold': await Array.fromAsync(every((page) => bookings.findWrongHolds(clinic, page))),
    'a quota': await quotas.findWrongCounts(clinic),
  };
  return [
    ...(broken === undefined ? [] : [`the audit's chain is broken at ${String(broken)}`]),
    ...Object.entries(found).flatMap(([what, wrong]) =>
      wrong.map((one) => `${what}: ${JSON.stringify(one)}`),
    ),
  ];
}
