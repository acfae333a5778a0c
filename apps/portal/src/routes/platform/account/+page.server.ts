import { platformPaths } from '#lib/platform-paths.ts';
import { changePassword, endOtherSessions, endSession, sessionsOf } from '#lib/server/account.ts';
import { platformApi } from '#lib/server/api.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => ({
  sessions: await sessionsOf(event, await platformApi(event)),
});

export const actions: Actions = {
  password: async (event) => changePassword(event, await platformApi(event), platformPaths.account),
  end: async (event) => endSession(event, await platformApi(event), platformPaths.account),
  others: async (event) => endOtherSessions(event, await platformApi(event), platformPaths.account),
};
