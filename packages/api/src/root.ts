// The whole API. A procedure carries the name of core's function and holds no logic of its own.
import { apiTokensRouter, platformTokensRouter } from './routers/api-tokens.ts';
import { auditRouter, platformAuditRouter } from './routers/audit.ts';
import { authRouter } from './routers/auth.ts';
import { availabilityRouter } from './routers/availability.ts';
import { bookingsRouter } from './routers/bookings.ts';
import { byLinkRouter } from './routers/by-link.ts';
import { clinicRouter } from './routers/clinic.ts';
import { dayClosesRouter } from './routers/day-closes.ts';
import { liveRouter } from './routers/live.ts';
import { meRouter } from './routers/me.ts';
import { patientsRouter } from './routers/patients.ts';
import { publicPageRouter } from './routers/public-page.ts';
import { queueRouter } from './routers/queue.ts';
import { reportsRouter } from './routers/reports.ts';
import { platformSessionsRouter, sessionsRouter } from './routers/sessions.ts';
import { staffRouter } from './routers/staff.ts';
import { tenantsRouter } from './routers/tenants.ts';
import { treatmentsRouter } from './routers/treatments.ts';
import { platformUsersRouter, usersRouter } from './routers/users.ts';
import { createCallerFactory, router } from './trpc.ts';

/** `/api/[tenant]/trpc`: one clinic, the one of the address. */
export const tenantRouter = router({
  auth: authRouter,
  clinic: clinicRouter,
  patients: patientsRouter,
  staff: staffRouter,
  treatments: treatmentsRouter,
  bookings: bookingsRouter,
  queue: queueRouter,
  availability: availabilityRouter,
  dayCloses: dayClosesRouter,
  reports: reportsRouter,
  users: usersRouter,
  sessions: sessionsRouter,
  apiTokens: apiTokensRouter,
  audit: auditRouter,
  live: liveRouter,
  me: meRouter,
  publicPage: publicPageRouter,
  byLink: byLinkRouter,
});
export type TenantRouter = typeof tenantRouter;

/** `/api/platform/trpc`: the installation itself. */
export const platformRouter = router({
  auth: authRouter,
  tenants: tenantsRouter,
  users: platformUsersRouter,
  sessions: platformSessionsRouter,
  apiTokens: platformTokensRouter,
  audit: platformAuditRouter,
});
export type PlatformRouter = typeof platformRouter;

/** Calls a clinic's procedures in this process, with a context of `createContext`. */
export const createCaller = createCallerFactory(tenantRouter);

export type Caller = ReturnType<typeof createCaller>;

/** The same for the platform's procedures. */
export const createPlatformCaller = createCallerFactory(platformRouter);
export type PlatformCaller = ReturnType<typeof createPlatformCaller>;
