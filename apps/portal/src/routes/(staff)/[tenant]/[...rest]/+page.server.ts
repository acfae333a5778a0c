import { error } from '@sveltejs/kit';
import { m } from '#lib/paraglide/messages.js';
import type { PageServerLoad } from './$types';

/** An address that is no page is said within the clinic's frame, so that a mistyped one leads on. */
export const load: PageServerLoad = () => error(404, m.error_not_found());
