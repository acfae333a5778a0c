import { quotas, tenants } from '@paper-circe/core';
import { currentClinic } from '../clinic.ts';
import { adminProcedure, publicProcedure } from '../procedures.ts';
import { router } from '../trpc.ts';

export const clinicRouter = router({
  current: publicProcedure.query(({ ctx }) => currentClinic(ctx.clinic)),
  settings: adminProcedure.query(({ ctx }) => ctx.clinic.tenant),
  usage: adminProcedure.query(({ ctx }) => quotas.usage(ctx.clinic)),
  configure: adminProcedure
    .input(tenants.ClinicSettings)
    .mutation(({ ctx, input }) => tenants.configure(ctx.clinic, input)),
});
