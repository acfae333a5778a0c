import { error } from '@sveltejs/kit';
import { themeCss } from '#lib/theme.ts';
import type { RequestHandler } from './$types';

/** A clinic's stylesheet, computed from the two colours in its address: `/theme/7a2e4d-2c6e68`. */
export const GET: RequestHandler = ({ params }) => {
  const [, primary, secondary] =
    /^([0-9a-f]{3}|[0-9a-f]{6})-([0-9a-f]{3}|[0-9a-f]{6})$/.exec(params.colours) ?? [];
  if (!primary || !secondary) error(404);
  return new Response(themeCss({ primary: `#${primary}`, secondary: `#${secondary}` }), {
    headers: {
      'content-type': 'text/css; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    },
  });
};
