import { users } from '@paper-circe/core';
import { newClinic, testDatabase } from '@paper-circe/core/testing';
import { expect, test } from 'vitest';
import { createContext } from './context.ts';
import { cookiesOf } from './cookies.ts';
import { demoPassword, hashPassword } from './passwords.ts';
import { createCaller } from './root.ts';
import { failureOf } from './shared/failure.ts';

const db = testDatabase();

test.each([demoPassword, demoPassword.replace('7', '\uFF17')])(
  'the demo password opens a demo database and no other: %s',
  async (password) => {
    const clinic = await newClinic(db.database);
    const passwordHash = await hashPassword(demoPassword);
    await users.add(clinic, { email: 'staff@jakarta.demo', name: 'Demo', passwordHash });
    const login = async (demo: boolean) => {
      const request = new Request('http://circe.test');
      const cookies = cookiesOf(request.headers);
      const tenant = clinic.tenant.slug;
      const address = '198.51.100.1';
      const context = await createContext({ database: db.database, tenant, request, cookies, address, demo });
      return createCaller(context).auth.login({ email: 'staff@jakarta.demo', password });
    };
    expect(failureOf(await login(false).catch((error: unknown) => error))).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    expect(await login(true)).toMatchObject({ email: 'staff@jakarta.demo' });
  },
);
