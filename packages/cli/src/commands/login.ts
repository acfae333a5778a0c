import type { Command } from 'commander';
import { cookieName } from '@paper-circe/api';
import { isCirceError } from '@paper-circe/api/client';
import { ask, secrets, type Io } from '../io.ts';
import { readProfiles, writeProfiles, type Profile } from '../server/profiles.ts';
import { addressOf, clientOf, serverOf, tenantOf } from '../server/server.ts';
import { UsageError } from '../usage.ts';

interface LoginOptions {
  readonly url?: string;
  readonly tenant?: string;
  readonly email?: string;
  readonly token?: true;
}

export function addLogin(program: Command, io: Io): void {
  program
    .command('login')
    .description('sign in to a server and keep it as a profile; the password comes on standard input')
    .option('--url <address>', 'where it runs, such as https://clinic.example')
    .option('--tenant <slug>', 'the clinic, or "platform"')
    .option('--email <address>', 'who signs in')
    .option('--token', 'sign in with an API token in place of a password; it comes on standard input')
    .action(async (options: LoginOptions, command: Command) => {
      const { profile } = command.optsWithGlobals<{ profile?: string }>();
      const url = addressOf(options.url ?? (await ask(io, 'Address', '--url')));
      if (isOverheard(url))
        io.err('This address is not https: others on the way can read what is sent to it.');
      const server = options.token ? await withToken(io, url) : await withPassword(io, url, options);
      const name = profile ?? server.tenant;
      const { profiles } = await readProfiles(io);
      await writeProfiles(io, { current: name, profiles: { ...profiles, [name]: server } });
      io.out(JSON.stringify({ profile: name, url: server.url, tenant: server.tenant }));
    });
  program
    .command('logout')
    .description('end the session of a profile and forget it')
    .action(async (_options: object, command: Command) => {
      const server = await serverOf(command, io);
      const { current, profiles } = await readProfiles(io);
      const [name] = Object.entries(profiles).find(([, { token }]) => token === server.token) ?? [];
      if (name === undefined) throw new UsageError('There is no profile to sign out of.');
      await clientOf(server).auth.logout.mutate();
      const { [name]: _, ...rest } = profiles;
      await writeProfiles(io, { profiles: rest, ...(current !== name && { current }) });
      io.err(`Signed out of ${name}.`);
    });
  program
    .command('profiles')
    .description('list the profiles')
    .action(async () => {
      const { current, profiles } = await readProfiles(io);
      for (const [profile, { url, tenant }] of Object.entries(profiles)) {
        io.out(JSON.stringify({ profile, url, tenant, current: profile === current }));
      }
    });
}

async function withPassword(io: Io, url: string, options: LoginOptions): Promise<Profile> {
  const asked = options.tenant ?? (await ask(io, 'Clinic', '--tenant'));
  const email = options.email ?? (await ask(io, 'Email', '--email'));
  const [password = ''] = await secrets(io, ['Password']);
  const answered = listening();
  await clientOf({ url, tenant: asked }, answered.fetch).auth.login.mutate({ email, password });
  const tenant = presentSlug(io, asked, answered.headers());
  const cookies = answered.headers().getSetCookie();
  const token = [cookieName(tenant, false), cookieName(tenant, true)]
    .map(
      (name) =>
        cookies
          .find((cookie) => cookie.startsWith(`${name}=`))
          ?.slice(name.length + 1)
          .split(';')[0],
    )
    .find(Boolean);
  if (!token) throw new Error('The server let you in and gave no session.');
  return { url, tenant, token };
}

/** Keeps an API token once the server has said that it is one; it need not be allowed to say whose. */
async function withToken(io: Io, url: string): Promise<Profile> {
  const [token = ''] = (await secrets(io, ['Token'])).map((line) => line.trim());
  const asked = tenantOf(token);
  if (asked === undefined) throw new UsageError('An API token reads circe_<tenant>_<secret>.');
  const answered = listening();
  await clientOf({ url, tenant: asked, token }, answered.fetch)
    .auth.me.query()
    .catch((error: unknown) => {
      if (!isCirceError(error, 'FORBIDDEN')) throw error;
    });
  return { url, tenant: presentSlug(io, asked, answered.headers()), token };
}

/** What a client fetches with, and the headers of the last answer that came. */
function listening() {
  let headers = new Headers();
  return {
    fetch: async (input: string | URL | Request, init?: RequestInit) => {
      const answer = await fetch(input, init);
      headers = answer.headers;
      return answer;
    },
    headers: () => headers,
  };
}

/** The slug that the clinic has now, where it was asked for by one that it had before: every answer says it. */
function presentSlug(io: Io, asked: string, headers: Headers): string {
  const [, slug] = /^<\/api\/([a-z0-9-]+)\/trpc>; rel="canonical"$/.exec(headers.get('link') ?? '') ?? [];
  if (slug === undefined || slug === asked) return asked;
  io.err(`The clinic "${asked}" is called "${slug}" now: the profile is kept under that.`);
  return slug;
}

function isOverheard(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
