import { defineConfig } from 'vitest/config';

const onDatabase = ['server/**/*.database.test.ts', 'test/**/*.test.ts'];
const onNone = ['test/house/**'];

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What is waited for comes soon, unless the machine is busy.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            '{server,scim,ldap}/**/*.test.ts',
            ...onNone.map((path) => `${path}/*.test.ts`),
          ],
          exclude: ['server/**/*.database.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'embedded',
          include: onDatabase,
          exclude: onNone,
          provide: { postgresUrl: '' },
        },
      },
      {
        extends: true,
        test: {
          name: 'postgresql',
          include: onDatabase,
          exclude: onNone,
          globalSetup: 'test/support/postgres-setup.ts',
        },
      },
    ],
  },
});
