import { z } from 'zod';
import { position } from '../live/message.ts';
import { staffProcedure } from '../procedures.ts';
import { subscribe } from '../live/subscribe.ts';
import { router } from '../trpc.ts';

const From = z.strictObject({ lastEventId: z.string().regex(/^\d{1,15}$/, 'Write the number of an event, such as 15.').optional() }); // prettier-ignore

export const liveRouter = router({
  position: staffProcedure.query(({ ctx }) => position(ctx.clinic)),
  events: staffProcedure
    .input(From.optional())
    .subscription(({ ctx, input, signal }) => subscribe(ctx, input?.lastEventId, signal)),
});
