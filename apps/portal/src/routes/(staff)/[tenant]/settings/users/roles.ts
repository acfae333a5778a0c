import { roleLabels, type Role } from '#lib/status.ts';

/** The roles that do something at a clinic, and the one that somebody has. */
export const roleOptions = (present: Role) =>
  [...new Set<Role>(['staff', 'admin', present])].map((role) => ({ value: role, label: roleLabels[role]() }));
