import { quotas, tenants } from '@paper-circe/core';
import { z } from 'zod';
import { currentClinic } from '../clinic.ts';
import { adminProcedure, publicProcedure } from '../procedures.ts';
import { router } from '../trpc.ts';

/**
 * A picture in base64. In a request of 256 KB at most that is one of 190 KB; a larger one, of up to 500 KB, goes through the
 * form of the settings.
 */
const Logo = tenants.LogoUpload.omit({ data: true }).extend({
  image: z
    .string()
    .max(700_000)
    .refine((text) => Buffer.from(text, 'base64').toString('base64') === text, 'This is no base64.'),
});

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
