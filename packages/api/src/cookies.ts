/** What a cookie of ours is set with. SvelteKit's options have these names too. */
export interface CookieOptions {
  readonly path: string;
  readonly httpOnly: boolean;
  readonly secure: boolean;
  readonly sameSite: 'lax';
  /** Seconds. */
  readonly maxAge: number;
}

/** The cookies of one request and its answer; SvelteKit's `event.cookies` is one. */
export interface Cookies {
  get(name: string): string | undefined;
  set(name: string, value: string, options: CookieOptions): void;
  delete(name: string, options: Omit<CookieOptions, 'maxAge'>): void;
}

/** Cookies read from a request's headers; what is set is written to the headers of its answer by `writeTo`. */
export function cookiesOf(request: Headers): Cookies & { writeTo(answer: Headers): void } {
  const given = parsedCookies(request.get('cookie') ?? '');
  const changed: string[] = [];
  const set = (name: string, value: string, options: CookieOptions) => {
    const parts = [`${name}=${value}`, `Path=${options.path}`, `Max-Age=${options.maxAge}`, 'SameSite=Lax'];
    if (options.httpOnly) parts.push('HttpOnly');
    if (options.secure) parts.push('Secure');
    changed.push(parts.join('; '));
  };
  return {
    get: (name) => given.get(name),
    set,
    delete: (name, options) => set(name, '', { ...options, maxAge: 0 }),
    writeTo: (answer) => changed.forEach((cookie) => answer.append('set-cookie', cookie)),
  };
}

/** The first of two cookies of one name counts, as browsers send the more specific path first (RFC 6265, 5.4). */
function parsedCookies(header: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=');
    if (at < 0) continue;
    const name = pair.slice(0, at).trim();
    if (!found.has(name)) found.set(name, pair.slice(at + 1).trim());
  }
  return found;
}
