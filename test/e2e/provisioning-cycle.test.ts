import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningRoster, startRoster } from '../support/running-roster.ts';
import { entraUser, patchOf, scimClient } from '../support/scim-client.ts';

// An identity provider's provisioning cycle, with the bodies that Entra ID really sends.

let roster: RunningRoster;
let scim: ReturnType<typeof scimClient>;
beforeAll(async () => {
  roster = await startRoster();
  scim = scimClient(roster.url);
});
afterAll(() => roster?.dispose());

const lookUp = (username: string) =>
  scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "${username}"`)}`);

test('a user is looked for, made, changed, switched off and deleted', async () => {
  const nobody = await lookUp('anna@acme.example');
  expect(nobody).toMatchObject({ status: 200, body: { totalResults: 0, Resources: [] } });

  const made = await scim('POST', '/Users', entraUser('anna'));
  expect(made.status).toBe(201);
  expect(made.headers.get('content-type')).toBe('application/scim+json');
  expect(made.headers.get('location')).toBe(made.body.meta.location);
  expect(made.body).toMatchObject({
    userName: 'anna@acme.example',
    externalId: 'ext-anna',
    active: true,
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { employeeNumber: '4711' },
  });
  const { id } = made.body;
  expect((await lookUp('ANNA@acme.example')).body.Resources).toMatchObject([{ id }]);
  expect((await scim('GET', `/Users/${id}`)).body).toMatchObject({
    id,
    meta: { version: 'W/"1"' },
  });

  const renamed = await scim(
    'PATCH',
    `/Users/${id}`,
    patchOf(
      { op: 'Replace', path: 'displayName', value: 'Anna Ek' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'anna.ek@acme.example' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+46700000' },
    ),
  );
  expect(renamed.status).toBe(200);
  expect(renamed.body).toMatchObject({
    displayName: 'Anna Ek',
    emails: [{ type: 'work', value: 'anna.ek@acme.example', primary: true }],
    phoneNumbers: [{ type: 'mobile', value: '+46700000' }],
  });

  const off = await scim(
    'PATCH',
    `/Users/${id}`,
    patchOf({ op: 'Replace', path: 'active', value: 'False' }),
  );
  expect(off.body.active).toBe(false);
  // A user who was switched off is still found; else the provider makes a second one.
  expect((await lookUp('anna@acme.example')).body.Resources).toMatchObject([{ id, active: false }]);

  expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204);
  expect((await scim('GET', `/Users/${id}`)).status).toBe(404);
  expect((await scim('DELETE', `/Users/${id}`)).status).toBe(404);
});

test('a group gets members and loses only those that are named', async () => {
  const ids: string[] = [];
  for (const name of ['ben', 'cleo', 'dora']) {
    ids.push((await scim('POST', '/Users', entraUser(name))).body.id);
  }
  const [ben, cleo, dora] = ids;
  const made = await scim('POST', '/Groups', {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:Group',
      'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
    ],
    externalId: 'g-1',
    displayName: 'Developers',
    meta: { resourceType: 'Group' },
  });
  expect(made.status).toBe(201);
  const path = `/Groups/${made.body.id}`;
  const members = async () =>
    ((await scim('GET', path)).body.members ?? []).map((member: { value: string }) => member.value);
  for (const id of ids) {
    const added = await scim(
      'PATCH',
      path,
      patchOf({ op: 'Add', path: 'members', value: [{ $ref: null, value: id }] }),
    );
    expect(added.status).toBe(204);
  }
  expect((await members()).sort()).toEqual(ids.toSorted());
  await scim(
    'PATCH',
    path,
    patchOf({ op: 'Remove', path: 'members', value: [{ $ref: null, value: ben }] }),
  );
  expect((await members()).sort()).toEqual([cleo, dora].toSorted());
  await scim('PATCH', path, patchOf({ op: 'remove', path: `members[value eq "${cleo}"]` }));
  expect(await members()).toEqual([dora]);
  expect((await scim('GET', `/Users/${dora}`)).body.groups).toMatchObject([
    { value: made.body.id, display: 'Developers', type: 'direct' },
  ]);
  expect((await scim('GET', `${path}?excludedAttributes=members`)).body.members).toBeUndefined();
  await scim('DELETE', `/Users/${dora}`);
  expect(await members()).toEqual([]);
  expect((await scim('DELETE', path)).status).toBe(204);
});

test.each(['', 'nonsense', undefined])('with the token %j nothing is told', async (token) => {
  const response = await fetch(`${roster.url}/scim/v2/Users`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
  expect(response.headers.get('content-type')).toBe('application/scim+json');
  expect(await response.json()).toMatchObject({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '401',
  });
});

test('a wrong body is refused with the attribute at fault', async () => {
  const malformed = await fetch(`${roster.url}/scim/v2/Users`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer rk_scim_test-token-of-the-first-run',
      'content-type': 'application/scim+json',
    },
    body: '{"userName":',
  });
  expect(malformed.status).toBe(400);
  expect(await malformed.json()).toMatchObject({ scimType: 'invalidSyntax', status: '400' });

  const refused = async (more: Record<string, unknown>) => {
    const { status, body } = await scim('POST', '/Users', entraUser('wrong', more));
    return { status, scimType: body.scimType, detail: body.detail };
  };
  expect(await refused({ userName: 7 })).toMatchObject({
    status: 400,
    scimType: 'invalidValue',
    detail: expect.stringContaining('userName'),
  });
  expect(await refused({ emails: [{ value: 'not an address', type: 'work' }] })).toMatchObject({
    status: 400,
    scimType: 'invalidValue',
    detail: expect.stringContaining('emails'),
  });
  await scim('POST', '/Users', entraUser('eve'));
  expect(await refused({ userName: 'EVE@acme.example' })).toMatchObject({
    status: 409,
    scimType: 'uniqueness',
    detail: expect.stringContaining('userName'),
  });
});
