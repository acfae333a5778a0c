import { error } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import type { PageServerLoad } from './$types';

/** An address that is no page is said within the console's frame; without this it would be read as a clinic's. */
export const load: PageServerLoad = () => error(404, m.error_not_found());
