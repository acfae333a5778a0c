import { expect, test } from 'vitest';
import * as core from './index.ts';

/** Every method that the client's documentation lists, by its collection. */
const documented = {
  tenants: ['findActive', 'findBySlug'],
  users: ['findByTenant', 'findByEmailAndTenant'],
  patients: ['incrementVisits', 'findByTenant', 'findByTenantAndPhone'],
  staff: ['findByTenant', 'findByTenantAndRole', 'findByTenantAndSkill'],
  treatments: ['findByTenant', 'findByTenantAndCategory', 'findByTenantAndStaff'],
  bookings: ['confirm', 'cancel', 'complete', 'findByTenant', 'findByTenantAndDate', 'findWalkInsByTenant'],
} as const;

test.each(Object.entries(documented))(
  'the documented methods of %s are there by their names',
  (collection, methods) => {
    const exported: Record<string, unknown> = core[collection as keyof typeof documented];
    expect(methods.filter((method) => typeof exported[method] !== 'function')).toEqual([]);
  },
);
