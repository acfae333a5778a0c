import { redirect } from '@sveltejs/kit';
import { failureOf } from '@paper-circe/api';
import { backPath } from '#lib/paths.ts';
import { clinicApi, platformApi, refused } from '#lib/server/api.ts';
import { takeFlash } from '#lib/server/flash.ts';
import { passwordOf } from '#lib/server/form.ts';
import { start } from '#lib/server/installation.ts';
import type { Actions, PageServerLoad } from './$types';

const isPlatform = (tenant: string) => tenant === 'platform';

/** What anybody may see: which clinic this is. Whoever is signed in already goes straight on. */
export const load: PageServerLoad = async (event) => {
  const { tenant } = event.params;
  const { demo } = await start();
  if (isPlatform(tenant)) {
    const api = await platformApi(event);
    if (await isSignedIn(api.auth.me())) redirect(303, backPath(event.url, tenant));
    return {
      clinic: undefined,
      flash: takeFlash(event, { inPage: true }),
      demo: demo && { password: demo.password, accounts: [{ role: 'platform' as const, email: 'platform@circe.demo' }] },
    }; // prettier-ignore
  }
  const api = await clinicApi(event, tenant);
  const [{ name, theme, logo, timezone }, signedIn] = await Promise.all([
    api.clinic.current(),
    isSignedIn(api.auth.me()),
  ]);
  if (signedIn) redirect(303, backPath(event.url, tenant));
  const isDemo = demo?.clinics.some(({ slug }) => slug === tenant);
  return {
    flash: takeFlash(event, { inPage: true }),
    clinic: { name, theme, timezone, ...(logo && { logo }) },
    demo: isDemo
      ? {
          password: demo?.password ?? '',
          accounts: [
            { role: 'staff' as const, email: `staff@${tenant}.demo` },
            { role: 'admin' as const, email: `admin@${tenant}.demo` },
          ],
        }
      : undefined,
  };
};

/** Nobody being signed in is an answer here; everything else that goes wrong is not. */
async function isSignedIn(me: Promise<unknown>): Promise<boolean> {
  try {
    await me;
    return true;
  } catch (error) {
    if (failureOf(error)?.code === 'UNAUTHENTICATED') return false;
    throw error;
  }
}

export const actions: Actions = {
  default: async (event) => {
    const { tenant } = event.params;
    const form = await event.request.formData();
    const email = String(form.get('email') ?? '');
    const password = passwordOf(form);
    const api = isPlatform(tenant) ? await platformApi(event) : await clinicApi(event, tenant);
    try {
      await api.auth.login({ email, password });
    } catch (error) {
      return refused(event, error, { email });
    }
    redirect(303, backPath(event.url, tenant));
  },
};
