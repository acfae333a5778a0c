import { currentClinic } from '../clinic.ts';
import { publicProcedure } from '../procedures.ts';
import { router } from '../trpc.ts';

export const clinicRouter = router({
  current: publicProcedure.query(({ ctx }) => currentClinic(ctx.clinic)),
});
