import { Client, EqualityFilter, InsufficientAccessError, NoSuchObjectError } from 'ldapts';
import { describe, expect, onTestFinished, test } from 'vitest';
import { acmeSuffix, personDn, times, uuids } from './test-support/acme.ts';
import { serve } from './test-support/serve.ts';

// What a client library of others sees: ldapts, with its own codec.

async function ldapts() {
  const server = await serve();
  const client = new Client({ url: `ldap://127.0.0.1:${server.port}`, timeout: 10_000 });
  onTestFinished(() => client.unbind());
  return { ...server, client };
}

test('binds, searches and compares', async () => {
  const { client } = await ldapts();
  await client.bind(personDn('anna'), 'secret');
  const filter = new EqualityFilter({ attribute: 'cn', value: 'Ben Smith, Jr.' });
  const { searchEntries } = await client.search(acmeSuffix, {
    filter,
    attributes: ['uid', 'mail', 'memberOf', 'entryUUID'],
  });
  expect(searchEntries).toEqual([
    {
      dn: personDn('ben'),
      uid: 'ben',
      mail: 'ben@acme.com',
      memberOf: `cn=developers,ou=groups,${acmeSuffix}`,
      entryUUID: uuids.ben,
    },
  ]);
  expect(await client.compare(personDn('ben'), 'mail', 'BEN@acme.com')).toBe(true);
  expect(await client.compare(personDn('ben'), 'mail', 'anna@acme.com')).toBe(false);
});

test('pages through everything', async () => {
  const { client, directory } = await ldapts();
  for (let number = 0; number < 2500; number += 1) {
    directory.stores.get('acme')?.put({
      uuid: `many-${number}`,
      parent: uuids.people,
      rdn: { type: 'uid', value: `many${number}` },
      attributes: { objectClass: 'inetOrgPerson', cn: 'Many', sn: 'Many' },
      ...times,
    });
  }
  await client.bind(personDn('anna'), 'secret');
  const names = new Set<string>();
  for await (const page of client.searchPaginated(acmeSuffix, {
    filter: '(cn=many)',
    paged: { pageSize: 400 },
  })) {
    for (const { dn } of page.searchEntries) names.add(dn);
  }
  expect(names.size).toBe(2500);
});

describe('refusals are errors that it knows', () => {
  test('before a bind', async () => {
    const { client } = await ldapts();
    await expect(client.search(acmeSuffix)).rejects.toBeInstanceOf(InsufficientAccessError);
  });

  test('outside the own organization', async () => {
    const { client } = await ldapts();
    await client.bind(personDn('anna'), 'secret');
    await expect(client.search('o=globex,dc=directory,dc=local')).rejects.toBeInstanceOf(
      NoSuchObjectError,
    );
  });
});

test('the root DSE of a bound reader names the own organization only', async () => {
  const { client } = await ldapts();
  await client.bind(personDn('anna'), 'secret');
  const { searchEntries } = await client.search('', { scope: 'base', attributes: ['+'] });
  expect(searchEntries[0]).toMatchObject({
    namingContexts: acmeSuffix,
    defaultNamingContext: acmeSuffix,
    vendorName: 'Roster',
  });
});
