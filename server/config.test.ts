import { expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';

test('everything has a default', () => {
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    httpPort: 8080,
    ldapPort: 3890,
    ldapsPort: 6360,
    dataDirectory: './data',
    databaseUrl: undefined,
    ldapBaseDn: 'dc=directory,dc=local',
    operatorKey: undefined,
    bootstrap: { organization: 'Example', username: 'admin', scimProfile: 'lenient' },
    scimMaxResults: 200,
    scimRequestsPerSecond: 50,
    logLevel: 'info',
  });
});

test('an empty variable counts as one that is not set', () => {
  expect(readConfig({ ROSTER_HTTP_PORT: '', ROSTER_DATABASE_URL: '' })).toMatchObject({
    httpPort: 8080,
    databaseUrl: undefined,
  });
});

test('variables that a platform sets for its own reasons are passed over', () => {
  expect(() => readConfig({ ROSTER_SERVICE_HOST: '10.0.0.1' })).not.toThrow();
});

test('all mistakes are told together, each with its setting, in one line', () => {
  const read = () =>
    readConfig({
      ROSTER_HTTP_PORT: '99999',
      ROSTER_DATABASE_URL: 'mysql://x',
      ROSTER_TLS_CERT: '/cert.pem',
      ROSTER_TRUSTED_PROXIES: '10.0.0.0/8, proxy',
      ROSTER_OPERATOR_KEY: 'too short',
      ROSTER_BOOTSTRAP_SCIM_PROFILE: 'strict',
    });
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(
    /^Wrong settings: .*ROSTER_HTTP_PORT: must be a number from 0 to 65535.*ROSTER_DATABASE_URL.*ROSTER_TRUSTED_PROXIES: "proxy" is not.*ROSTER_OPERATOR_KEY: needs 24.*ROSTER_BOOTSTRAP_SCIM_PROFILE.*ROSTER_TLS_CERT/,
  );
  expect(read).not.toThrow(/\n/);
});

test('a public URL has no slash at its end', () => {
  expect(readConfig({ ROSTER_PUBLIC_URL: 'https://roster.example/' }).publicUrl).toBe(
    'https://roster.example',
  );
});
