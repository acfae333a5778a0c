import { audit } from '@paper-circe/core';
import { z } from 'zod';
import { adminProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';

const Subject = z.strictObject({
  collection: z.enum(['tenants', 'users', 'patients', 'staff', 'treatments', 'bookings']),
  documentId: z.string().regex(/^[0-9a-f]{24}$/, 'This is not an id.'),
});

export const auditRouter = router({
  historyOf: adminProcedure
    .input(Subject)
    .query(({ ctx, input }) =>
      audit.historyOf(ctx.clinic, input.collection, input.documentId).then(shown.all(shown.auditEvent)),
    ),
});
