import { platformApi, refuse } from '#lib/server/api.ts';
import { cursorIn } from '#lib/server/form.ts';
import type { PageServerLoad } from './$types';

const states: Record<string, boolean> = { active: true, suspended: false };

/** The clinics of this installation by words and state, a page at a time, with how much of its limits each uses. */
export const load: PageServerLoad = async (event) => {
  const asked = event.url.searchParams;
  const text = asked.get('q')?.trim().slice(0, 254) ?? '';
  const state = asked.get('state') ?? '';
  const cursor = cursorIn(event.url);
  const api = await platformApi(event);
  try {
    const isActive = Object.hasOwn(states, state) ? states[state] : undefined;
    const { items, next } = await api.tenants.search({ text, isActive, cursor, limit: 50 });
    return {
      text,
      state: isActive === undefined ? '' : state,
      clinics: items.map(({ id, name, slug, domain, isActive, usage, lastActivityAt, config }) => {
        return { id, name, slug, domain, isActive, usage, lastActivityAt, timezone: config.timezone };
      }),
      next,
      later: cursor !== undefined,
    };
  } catch (error) {
    refuse(event, error);
  }
};
