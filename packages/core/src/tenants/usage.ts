import type { Usage, WrongCount } from '../quotas.ts';
import { acrossTenants } from '../firewall.ts';
import { countersOf, type TenantScope } from '../tenancy.ts';
import { localMonth } from '../time.ts';
import type { Tenant } from './schema.ts';

/** A clinic with how much of its limits is used. */
export interface TenantInUse extends Tenant {
  readonly usage: Record<WrongCount['quota'], Usage>;
  /** About when something last happened there: a booking was made, a user came or went, the audit was sealed. */
  readonly lastActivityAt?: Date;
}

/** The same clinics with what each uses, read at once for all of them. */
export async function withUsage(platform: TenantScope, tenants: readonly Tenant[]): Promise<TenantInUse[]> {
  const now = platform.clock();
  const monthOf = ({ config }: Tenant) => `bookings:${localMonth(now, config.timezone)}`;
  const names = ['users', 'audit', ...new Set(tenants.map(monthOf))];
  const found = await acrossTenants('what clinics use of their limits', () =>
    countersOf(platform, tenants, names),
  );
  const byTenant = Map.groupBy(found, ({ tenantId }) => tenantId);
  return tenants.map((tenant) => {
    const counters = byTenant.get(tenant.id) ?? [];
    const used = (name: string) => counters.find((counter) => counter.name === name)?.value ?? 0;
    const { maxUsers, maxBookings } = tenant.config.features;
    const last = Math.max(...counters.map(({ updatedAt }) => updatedAt.getTime()));
    return {
      ...tenant,
      usage: {
        maxUsers: { used: used('users'), limit: maxUsers },
        maxBookings: { used: used(monthOf(tenant)), limit: maxBookings },
      },
      ...(counters.length > 0 && { lastActivityAt: new Date(last) }),
    };
  });
}
