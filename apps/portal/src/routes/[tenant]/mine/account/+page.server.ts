import { mineAccountPath } from '#lib/patient-paths.ts';
import { changePassword, endOtherSessions, endSession, sessionsOf } from '#lib/server/account.ts';
import { clinicApi, refuse } from '#lib/server/api.ts';
import { takeFlash } from '#lib/server/flash.ts';
import { ownFrame } from '#lib/server/mine.ts';
import type { Actions, PageServerLoad } from './$types';

/** Forms and a list: no script is sent for it. */
export const csr = false;

/** A patient's account: the same as anybody's at the clinic, in the frame of what is his own. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  const [frame, sessions] = await Promise.all([
    ownFrame(api).catch((error: unknown) => refuse(event, error)),
    sessionsOf(event, api),
  ]);
  return { ...frame, sessions, flash: takeFlash(event, { inPage: true }) };
};

export const actions: Actions = {
  password: async (event) =>
    changePassword(event, await clinicApi(event, event.params.tenant), mineAccountPath(event.params.tenant)),
  end: async (event) =>
    endSession(event, await clinicApi(event, event.params.tenant), mineAccountPath(event.params.tenant)),
  others: async (event) =>
    endOtherSessions(
      event,
      await clinicApi(event, event.params.tenant),
      mineAccountPath(event.params.tenant),
    ),
};
