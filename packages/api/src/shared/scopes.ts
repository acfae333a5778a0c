import { z } from 'zod';

/**
 * What an API token may be allowed: a group of procedures to read, or to read and write. Who has access to a clinic
 * is for people to decide: no token makes users, sessions or tokens.
 */
export const TokenScope = z.enum([
  'clinic:read', 'clinic:write', 'patients:read', 'patients:write', 'staff:read', 'staff:write', 'treatments:read',
  'treatments:write', 'bookings:read', 'bookings:write', 'queue:read', 'queue:write', 'availability:read',
  'dayCloses:read', 'dayCloses:write', 'reports:read', 'users:read', 'audit:read', 'live:read',
]); // prettier-ignore
export type TokenScope = z.infer<typeof TokenScope>;

/** What an API token of the platform may be allowed. It opens no clinic, and makes no token. */
export const PlatformScope = z.enum(['tenants:read', 'tenants:write', 'audit:read']);
export type PlatformScope = z.infer<typeof PlatformScope>;
