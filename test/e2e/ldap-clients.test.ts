import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';
import { entraUser, patchOf, scimClient } from '../support/scim-client.ts';

// What identity providers wrote, as legacy applications read it.

const run = promisify(execFile);
const hasLdapsearch = spawnSync('ldapsearch', ['-VV']).error === undefined;
const { baseDn, serviceDn, ldapPassword } = firstRun;

let roster: RunningRoster;
let scim: ReturnType<typeof scimClient>;
let anna: string;
let group: string;
const annaDn = `uid=anna@acme.example,ou=people,${baseDn}`;
const groupDn = `cn=R&D\\, \\"Nord\\",ou=groups,${baseDn}`;
// RFC 4515 section 3: a backslash within a value of a filter.
const inFilter = (dn: string) => dn.replaceAll('\\', '\\5c');
const password = 'a password of Anna';

beforeAll(async () => {
  roster = await startRoster();
  scim = scimClient(roster.url);
  anna = (await scim('POST', '/Users', entraUser('anna', { password }))).body.id;
  await scim('POST', '/Users', entraUser('ben'));
  const made = await scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'R&D, "Nord"',
    members: [{ value: anna }],
  });
  group = made.body.id;
});
afterAll(() => roster?.dispose());

async function bound(dn: string, secret: string): Promise<Client> {
  const client = new Client({ url: roster.ldapUrl, timeout: 10_000 });
  await client.bind(dn, secret);
  return client;
}

async function search(filter: string, attributes: string[] = ['*', 'memberOf', 'entryUUID']) {
  const client = await bound(serviceDn, ldapPassword);
  try {
    return (await client.search(baseDn, { scope: 'sub', filter, attributes })).searchEntries;
  } finally {
    await client.unbind();
  }
}

const bindFails = async (dn: string, secret: string) => {
  const client = new Client({ url: roster.ldapUrl, timeout: 10_000 });
  try {
    await client.bind(dn, secret);
    return undefined;
  } catch (error) {
    return (error as { code: number }).code;
  } finally {
    await client.unbind();
  }
};

test.each([['(uid=ANNA@acme.example)'], ['(mail=anna@acme.example)'], ['(employeeNumber=4711)']])(
  'a person is found by %s',
  async (filter) => {
    const found = await search(`(&(objectClass=inetOrgPerson)${filter})`);
    const entry = found.find(({ dn }) => dn === annaDn);
    expect(entry).toMatchObject({
      uid: 'anna@acme.example',
      mail: 'anna@acme.example',
      cn: 'anna Example',
      sn: 'Example',
      givenName: 'anna',
      entryUUID: anna,
    });
  },
);

test('a group is found by its member, the person tells the group, and both agree', async () => {
  const groups = await search(`(member=${annaDn})`);
  expect(groups).toMatchObject([{ cn: 'R&D, "Nord"', member: annaDn, entryUUID: group }]);
  const [person] = await search('(uid=anna@acme.example)');
  expect(person?.memberOf).toBe(groupDn);
  expect(groups[0]?.dn).toBe(groupDn);
  expect(await search(`(memberOf=${inFilter(groupDn)})`, ['uid'])).toMatchObject([
    { uid: 'anna@acme.example' },
  ]);
});

test('a member binds with their own DN, and with no other password', async () => {
  expect(await bindFails(annaDn, password)).toBeUndefined();
  expect(await bindFails(annaDn, 'wrong')).toBe(49);
  expect(await bindFails(`uid=nobody,ou=people,${baseDn}`, password)).toBe(49);
  // ben has no password at all.
  expect(await bindFails(`uid=ben@acme.example,ou=people,${baseDn}`, 'guess')).toBe(49);
  // RFC 4513 section 5.1.2: an empty password is refused, never taken for anonymous.
  expect(await bindFails(annaDn, '')).toBe(53);
});

test('who was switched off is refused at once, and is in no answer', async () => {
  const made = await scim('POST', '/Users', entraUser('cleo', { password }));
  const dn = `uid=cleo@acme.example,ou=people,${baseDn}`;
  const path = `/Users/${made.body.id}`;
  await scim(
    'PATCH',
    `/Groups/${group}`,
    patchOf({ op: 'add', path: 'members', value: [{ value: made.body.id }] }),
  );
  expect(await bindFails(dn, password)).toBeUndefined();
  for (let round = 0; round < 5; round++) {
    await scim('PATCH', path, patchOf({ op: 'Replace', path: 'active', value: 'False' }));
    expect(await bindFails(dn, password)).toBe(49);
    await expect.poll(() => search('(uid=cleo@acme.example)')).toEqual([]);
    await expect.poll(async () => (await search(`(member=${dn})`)).length).toBe(0);
    await scim('PATCH', path, patchOf({ op: 'Replace', path: 'active', value: 'True' }));
    expect(await bindFails(dn, password)).toBeUndefined();
    await expect.poll(async () => (await search(`(member=${dn})`)).length).toBe(1);
  }
});

test('a password that an administrator typed opens nothing until its owner has changed it', async () => {
  const api = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${roster.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${firstRun.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: answers are asserted upon, not typed
    return { status: response.status, body: (await response.json()) as any };
  };
  const { departments } = (await api('GET', '/departments')).body;
  const { roles } = (await api('GET', '/roles')).body;
  const typed = 'typed by an administrator';
  const made = await api('POST', '/members', {
    name: 'Eve',
    username: 'eve',
    password: typed,
    departments: [departments[0].id],
    roles: [roles.find((role: { name: string }) => role.name === 'Member').id],
  });
  expect(made.status).toBe(201);
  const dn = `uid=eve,ou=people,${baseDn}`;
  expect(await bindFails(dn, typed)).toBe(49);
  const own = 'chosen by Eve herself';
  const changed = await fetch(`${roster.url}/api/v1/session/password`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      organization: 'acme',
      username: 'eve',
      password: typed,
      newPassword: own,
    }),
  });
  expect(changed.status).toBe(200);
  expect(await bindFails(dn, typed)).toBe(49);
  expect(await bindFails(dn, own)).toBeUndefined();
});

test('a change of the username moves the entry, and it keeps its UUID', async () => {
  const made = await scim('POST', '/Users', entraUser('dora'));
  await scim(
    'PATCH',
    `/Users/${made.body.id}`,
    patchOf({ op: 'replace', path: 'userName', value: 'dora.n' }),
  );
  await expect
    .poll(() => search('(uid=dora.n)'))
    .toMatchObject([{ dn: `uid=dora.n,ou=people,${baseDn}`, entryUUID: made.body.id }]);
  expect(await search('(uid=dora@acme.example)')).toEqual([]);
});

describe.runIf(hasLdapsearch)("OpenLDAP's own clients", () => {
  const ldapsearch = async (...args: string[]) => {
    const common = ['-x', '-LLL', '-o', 'ldif-wrap=no', '-H', roster.ldapUrl];
    const { stdout } = await run('ldapsearch', [...common, ...args]);
    return stdout;
  };

  test('the line that the first run prints works as it is', async () => {
    const line = /^ {2}(ldapsearch .*)$/m.exec(roster.output())?.[1] ?? '';
    const { stdout } = await run('sh', ['-c', line]);
    expect(stdout).toContain(`dn: uid=admin,ou=people,${baseDn}`);
    expect(stdout).toContain('result: 0 Success');
  });

  test('ldapsearch finds, ldapwhoami tells, ldapcompare compares', async () => {
    const bind = ['-D', serviceDn, '-w', ldapPassword];
    const found = await ldapsearch(...bind, '-b', baseDn, '(mail=anna@*)', 'uid', 'entryUUID');
    expect(found).toBe(`dn: ${annaDn}\nuid: anna@acme.example\nentryUUID: ${anna}\n\n`);
    const paged = await ldapsearch(
      ...bind,
      '-b',
      baseDn,
      '-E',
      'pr=1/noprompt',
      '(objectClass=*)',
      '1.1',
    );
    expect(paged).toContain(`dn: ${annaDn}\n`);
    const { stdout: who } = await run('ldapwhoami', ['-x', '-H', roster.ldapUrl, ...bind]);
    expect(who).toBe(`dn:${serviceDn}\n`);
    const compare = spawnSync('ldapcompare', [
      '-x',
      '-H',
      roster.ldapUrl,
      ...bind,
      annaDn,
      'sn:EXAMPLE',
    ]);
    expect(compare.stdout.toString()).toContain('TRUE');
  });

  test('root DSE and subschema are for everybody, the rest for nobody who has not bound', async () => {
    expect(await ldapsearch('-b', '', '-s', 'base', '+')).toContain('supportedLDAPVersion: 3');
    expect(await ldapsearch('-b', 'cn=subschema', '-s', 'base', '+')).toContain('inetOrgPerson');
    await expect(ldapsearch('-b', baseDn, '(uid=anna*)')).rejects.toThrow();
  });
});
