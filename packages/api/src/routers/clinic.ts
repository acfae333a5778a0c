import { quotas, tenants } from '@paper-circe/core';
import { currentClinic } from '../clinic.ts';
import { adminProcedure, publicProcedure } from '../procedures.ts';
import { router } from '../trpc.ts';
import { Base64Picture } from './input.ts';

const Logo = tenants.LogoUpload.omit({ data: true }).extend({ image: Base64Picture });

export const clinicRouter = router({
  current: publicProcedure.query(({ ctx }) => currentClinic(ctx.clinic)),
  settings: adminProcedure.query(({ ctx }) => ctx.clinic.tenant),
  usage: adminProcedure.query(({ ctx }) => quotas.usage(ctx.clinic)),
  configure: adminProcedure
    .input(tenants.ClinicSettings)
    .mutation(({ ctx, input }) => tenants.configure(ctx.clinic, input)),
  uploadLogo: adminProcedure
    .input(Logo)
    .mutation(({ ctx, input: { image, ...seen } }) =>
      tenants.uploadLogo(ctx.clinic, { ...seen, data: Buffer.from(image, 'base64') }),
    ),
});
