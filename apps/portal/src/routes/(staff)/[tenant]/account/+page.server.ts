import { paths } from '#lib/paths.ts';
import { changePassword, endOtherSessions, endSession, sessionsOf } from '#lib/server/account.ts';
import { clinicApi } from '#lib/server/api.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => ({
  sessions: await sessionsOf(event, await clinicApi(event, event.params.tenant)),
});

export const actions: Actions = {
  password: async (event) =>
    changePassword(event, await clinicApi(event, event.params.tenant), paths.account(event.params.tenant)),
  end: async (event) =>
    endSession(event, await clinicApi(event, event.params.tenant), paths.account(event.params.tenant)),
  others: async (event) =>
    endOtherSessions(event, await clinicApi(event, event.params.tenant), paths.account(event.params.tenant)),
};
