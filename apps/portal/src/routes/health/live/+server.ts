import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/** Whether this process lives. One that does not answer should be started again; its database is asked nothing. */
export const GET: RequestHandler = () => json({ status: 'ok' });
