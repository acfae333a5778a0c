import { paths } from './paths.ts';

/** A page as the first steps of a new clinic open it: when its form is done it leads back to them. */
export const asFirstStep = (path: string) => `${path}?first`;
interface Asked {
  readonly searchParams: Pick<URLSearchParams, 'has'>;
}
/** Whether a page was opened by the first steps. */
export const isFirstStep = (url: Asked) => url.searchParams.has('first');
/** Where the form of a page leads when it is done or given up: back to the first steps that opened it, or as usual. */
export const afterForm = (url: Asked, slug: string, usual: string) =>
  isFirstStep(url) ? paths.start(slug) : usual;
