import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright/test';
import type { Product } from './server.ts';
import { speak } from './test.ts';

interface DeskOptions extends BrowserContextOptions {
  language?: 'id' | 'en';
  clinic?: 'jakarta' | 'bali';
  email?: string;
  password?: string;
}

/** A desk: a browser of its own, in English unless said otherwise, signed in, as a receptionist unless said otherwise. */
export async function desk(
  browser: Browser,
  product: Product,
  {
    language = 'en',
    clinic = 'jakarta',
    email = `staff@${clinic}.demo`,
    password = product.demoPassword,
    ...options
  }: DeskOptions = {},
): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({
    baseURL: product.url,
    viewport: { width: 1440, height: 900 },
    ...options,
  });
  await speak(context, product.url, language);
  await signIn(context, email, password, clinic);
  return { context, page: await context.newPage() };
}

/** Signs a browser in without the form, which costs two pages more and is tested by itself. */
export async function signIn(
  context: BrowserContext,
  email: string,
  password: string,
  clinic = 'jakarta',
): Promise<void> {
  const response = await context.request.post(`/api/${clinic}/trpc/auth.login`, {
    data: { json: { email, password } },
  });
  answer('auth.login', (await response.json()) as Envelope<unknown>);
}

/** A procedure of the API that changes something, with the session of a browser. */
export async function call<Answer>(
  context: BrowserContext,
  path: string,
  input: object,
  values?: object,
): Promise<Answer> {
  const response = await context.request.post(`/api/jakarta/trpc/${path}`, {
    data: { json: input, ...(values && { meta: { values } }) },
  });
  return answer(path, (await response.json()) as Envelope<Answer>);
}

/** A procedure of the API that reads, with the session of a browser. */
export async function read<Answer>(
  context: BrowserContext,
  path: string,
  input: object = {},
): Promise<Answer> {
  const query = encodeURIComponent(JSON.stringify({ json: input }));
  const response = await context.request.get(`/api/jakarta/trpc/${path}?input=${query}`);
  return answer(path, (await response.json()) as Envelope<Answer>);
}

interface Envelope<Answer> {
  result?: { data: { json: Answer } };
}

function answer<Answer>(path: string, { result, ...rest }: Envelope<Answer>): Answer {
  if (!result) throw new Error(`${path} answered ${JSON.stringify(rest)}`);
  return result.data.json;
}
