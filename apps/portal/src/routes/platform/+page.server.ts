import { every } from '@paper-circe/api';
import { platformApi, refuse } from '#lib/server/api.ts';
import type { PageServerLoad } from './$types';

/** The clinics of this installation, for those who run it. */
export const load: PageServerLoad = async (event) => {
  const api = await platformApi(event);
  try {
    const [user, clinics] = await Promise.all([
      api.auth.me(),
      Array.fromAsync(every((page) => api.tenants.findActive(page))),
    ]);
    return {
      user: { name: user.name, email: user.email },
      clinics: clinics.map(({ slug, name, config: { timezone, features, theme, logo } }) => ({
        slug,
        name,
        timezone,
        features,
        theme,
        ...(logo && { logo }),
      })),
    };
  } catch (error) {
    refuse(event, error);
  }
};
