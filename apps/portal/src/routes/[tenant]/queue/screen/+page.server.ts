import { clinicApi, refuse } from '#lib/server/api.ts';
import type { PageServerLoad } from './$types';

/** The queue as the waiting room may see it: numbers, and nobody's name. */
export const load: PageServerLoad = async (event) => {
  const api = await clinicApi(event, event.params.tenant);
  try {
    // The position first: what happens while the rest is read is heard again rather than missed.
    const { seq } = await api.live.position();
    const [clinic, numbers] = await Promise.all([api.clinic.current(), api.queue.numbers()]);
    return { seq, clinic, now: clinic.now, numbers };
  } catch (error) {
    refuse(event, error);
  }
};
