// Which addresses a route means that would fit more than one.
import { defineParams } from '@sveltejs/kit/params';

/** What the platform has in common with a clinic, outside the console's frame. */
const signingIn = /^(?:login|logout|password\/[^/]+)$/;

export const params = defineParams({
  /** Under `/platform`, what is neither a page of the console nor of signing in: no clinic can have that word. */
  console: (rest) => (signingIn.test(rest) ? undefined : rest),
});
