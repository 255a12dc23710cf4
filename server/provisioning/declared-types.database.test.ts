import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  assetTypes,
  assetUrn,
  leaseUrn,
  newAsset,
  notesUrn,
} from '../../test/support/asset-types.ts';
import { openScimApi, type ScimApi } from '../../test/support/scim-api.ts';
import { patchOf } from '../../test/support/scim-client.ts';
import {
  createOrganization,
  createScimToken,
  readChanges,
  systemSession,
} from '../directory/index.ts';
import { acceptOperatorTypes } from './operator-types.ts';

// The life of resources of a type that an operator declares, over HTTP.

let api: ScimApi;
let scim: ScimApi['scim'];
beforeAll(async () => {
  api = await openScimApi({ operatorTypes: acceptOperatorTypes(assetTypes) });
  scim = api.scim;
});
afterAll(() => api.close());

const find = (filter: string) => scim('GET', `/Assets?filter=${encodeURIComponent(filter)}`);
const serials = async (filter: string) =>
  (await find(filter)).body.Resources.map((asset: { serial: string }) => asset.serial).sort();

test('discovery tells of the type and its schemas', async () => {
  const { body: type } = await scim('GET', '/ResourceTypes/Asset');
  expect(type).toMatchObject({
    endpoint: '/Assets',
    schema: assetUrn,
    schemaExtensions: [
      { schema: leaseUrn, required: true },
      { schema: notesUrn, required: false },
    ],
  });
  const { body: schema } = await scim('GET', `/Schemas/${assetUrn}`);
  expect(schema.attributes).toHaveLength(assetTypes.schemas[0]?.attributes.length ?? 0);
  expect((await scim('GET', '/ResourceTypes')).body.Resources.at(-1)).toEqual(type);
});

describe('one asset', () => {
  let id: string;
  let path: string;
  const full = {
    externalId: 'E-1',
    label: 'Laptop',
    colour: 'red',
    state: 'lent',
    remark: 'scratched',
    code: 'a code that nobody sees',
    pin: '1234',
    seen: '2020-01-01T00:00:00Z',
    managed: true,
    ports: 4,
    weight: 1.25,
    bought: '2025-05-13T04:42:34+02:00',
    print: 'AQID',
    manual: 'https://acme.example/manual',
    tags: ['light', 'new'],
    sizes: [13, 15],
    place: { room: 'A1', floor: 2, doors: ['north'] },
    owner: { value: 'u1' },
    disks: [
      {
        value: 'D-1',
        type: 'ssd',
        size: 512,
        healthy: true,
        labels: ['boot'],
        secret: 's',
        primary: true,
      },
      { value: 'D-2', type: 'hdd', size: 4000, healthy: false },
    ],
    [notesUrn]: { text: 'Handle with care', entries: [{ value: 'first' }] },
  };

  test('is made with all that it has', async () => {
    const made = await scim('POST', '/Assets', newAsset('S-1', full));
    expect(made.status).toBe(201);
    ({ id } = made.body);
    path = `/Assets/${id}`;
    const { code, pin, seen, remark, disks, owner, ...shown } = full;
    expect(made.body).toMatchObject({ ...shown, serial: 'S-1' });
    expect(made.body.owner).toEqual({
      value: 'u1',
      $ref: 'http://roster.example/scim/v2/Users/u1',
    });
    expect(made.body.disks[0]).toEqual({
      value: 'D-1',
      type: 'ssd',
      size: 512,
      healthy: true,
      labels: ['boot'],
      primary: true,
    });
    for (const hidden of ['code', 'pin', 'seen', 'remark'])
      expect(made.body).not.toHaveProperty(hidden);
    expect(made.body.schemas).toEqual([assetUrn, leaseUrn, notesUrn]);
    const { body } = await scim('GET', `${path}?attributes=remark`);
    expect(body).toMatchObject({ id, remark: 'scratched', state: 'lent' });
    expect(body).not.toHaveProperty('serial');
  });

  test('keeps nothing readable of what is never returned', async () => {
    const { rows } = await sql<{ text: string }>`
      select attributes::text || attributes_key::text as text from scim_resource
    `.execute(api.world.directory.entityManager().getKysely());
    expect(rows[0]?.text).toContain('$argon2id$');
    expect(rows[0]?.text).not.toContain('nobody sees');
    expect(rows[0]?.text).not.toContain('1234');
    expect(JSON.stringify(JSON.parse(`[${JSON.stringify(rows)}]`))).not.toContain('"secret": "s"');
    for (const filter of [
      'pin eq "1234"',
      'code pr',
      'disks.secret eq "s"',
      'disks[secret eq "s"]',
    ]) {
      expect((await find(filter)).body).toMatchObject({ scimType: 'invalidFilter' });
    }
  });

  test('is changed like any other', async () => {
    const patch = (...operations: unknown[]) => scim('PATCH', path, patchOf(...operations));
    expect((await patch({ op: 'replace', path: 'serial', value: 'S-9' })).body).toMatchObject({
      scimType: 'mutability',
    });
    expect((await patch({ op: 'remove', path: leaseUrn })).body.scimType).toBe('mutability');
    expect((await patch({ op: 'replace', path: 'ports', value: 'four' })).body.scimType).toBe(
      'invalidValue',
    );
    const before = (await scim('GET', path)).body.meta;
    expect((await patch({ op: 'add', path: 'tags', value: ['NEW'] })).body.meta).toEqual(before);
    const changed = await patch(
      { op: 'replace', path: 'place.floor', value: 3 },
      { op: 'add', path: 'disks[type eq "hdd"].labels', value: ['slow'] },
      { op: 'replace', path: 'disks[value eq "d-2"].primary', value: true },
      { op: 'remove', path: 'tags[value eq "new"]' },
      { op: 'replace', path: `${leaseUrn}:lessor`, value: 'Initech' },
    );
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      place: { room: 'A1', floor: 3 },
      tags: ['light'],
      disks: [
        { value: 'D-1', primary: false },
        { value: 'D-2', labels: ['slow'], primary: true },
      ],
      [leaseUrn]: { lessor: 'Initech' },
    });
    expect(changed.body.meta.version).toBe('W/"2"');
    expect(changed.headers.get('etag')).toBe('W/"2"');
    const stale = await scim('PATCH', path, patchOf({ op: 'replace', path: 'ports', value: 1 }), {
      headers: { 'If-Match': 'W/"1"' },
    });
    expect(stale.status).toBe(412);
  });

  test('PUT keeps what is never returned and what is immutable', async () => {
    const secrets = async () => {
      const { rows } = await sql<{ pin: string }>`
        select attributes ->> 'pin' as pin from scim_resource where id = ${id}
      `.execute(api.world.directory.entityManager().getKysely());
      return rows[0]?.pin;
    };
    const held = await secrets();
    const { body } = await scim('GET', path);
    const put = await scim('PUT', path, { ...body, colour: 'green' });
    expect(put.body).toMatchObject({ serial: 'S-1', colour: 'green' });
    expect(await secrets()).toBe(held);
    const without = await scim('PUT', path, newAsset('S-1'));
    expect(without.body).not.toHaveProperty('disks');
    expect((await scim('PUT', path, newAsset('S-2'))).body.scimType).toBe('mutability');
    expect((await scim('PUT', path, { schemas: [assetUrn], serial: 'S-1' })).status).toBe(400);
    const removed = await scim('PATCH', path, patchOf({ op: 'remove', path: 'pin' }));
    expect(removed.body.scimType).toBe('mutability');
    await scim('PATCH', path, patchOf({ op: 'replace', path: 'pin', value: '4321' }));
    expect(await secrets()).not.toBe(held);
  });

  test('is deleted', async () => {
    expect((await scim('DELETE', path)).status).toBe(204);
    expect((await scim('GET', path)).status).toBe(404);
    expect((await scim('DELETE', path)).status).toBe(404);
  });

  test('tells the change feed of each step', async () => {
    const { changes } = await readChanges(api.world.directory.entityManager(), {
      transaction: '0',
      id: '0',
    });
    const own = changes.filter(({ subjectId }) => subjectId === id);
    expect(own.map(({ subject, kind }) => `${subject} ${kind}`)).toEqual([
      'scim-resource created',
      ...Array.from({ length: own.length - 2 }, () => 'scim-resource updated'),
      'scim-resource deleted',
    ]);
  });
});

test('what must be unique is, whatever its case, and comes free again', async () => {
  const first = await scim(
    'POST',
    '/Assets',
    newAsset('U-1', { label: 'Straße', externalId: 'U' }),
  );
  const refused = async (serial: string, more: Record<string, unknown>) => {
    const { status, body } = await scim('POST', '/Assets', newAsset(serial, more));
    return [status, body.scimType, body.detail];
  };
  const taken = (name: string) => [409, 'uniqueness', expect.stringContaining(name)];
  expect(await refused('U-1', {})).toEqual(taken('serial'));
  expect(await refused('U-2', { label: 'STRASSE' })).toEqual(taken('label'));
  expect(await refused('U-2', { externalId: 'U' })).toEqual(taken('externalId'));
  // caseExact.
  const second = await scim('POST', '/Assets', newAsset('u-1', { disks: [{ value: 'x' }] }));
  expect(second.status).toBe(201);
  expect(await refused('U-3', { disks: [{ value: 'y' }, { value: 'X' }] })).toEqual(
    taken('disks.value'),
  );
  const patched = await scim(
    'PATCH',
    `/Assets/${second.body.id}`,
    patchOf({ op: 'add', path: 'label', value: 'strasse' }),
  );
  expect(patched.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
  await scim('DELETE', `/Assets/${first.body.id}`);
  expect((await scim('POST', '/Assets', newAsset('U-1', { label: 'Strasse' }))).status).toBe(201);
  await scim('PATCH', `/Assets/${second.body.id}`, patchOf({ op: 'remove', path: 'disks' }));
  expect((await scim('POST', '/Assets', newAsset('U-4', { disks: [{ value: 'x' }] }))).status).toBe(
    201,
  );
});

test('of many who want one value at once, one gets it', async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      scim(
        'POST',
        '/Assets',
        newAsset(`R-${index}`, { label: 'wanted', disks: [{ value: 'race' }] }),
      ),
    ),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(11).fill(409)]);
});

test('it is filtered, sorted and paged', async () => {
  const assets = [
    newAsset('F-1', {
      ports: 10,
      bought: '2025-01-01T00:00:00Z',
      tags: ['é'],
      disks: [{ size: 1 }, { size: 9, primary: true }],
    }),
    newAsset('F-2', {
      ports: 9,
      bought: '2025-01-01T01:00:00+02:00',
      tags: ['É', 'z'],
      disks: [{ size: 5 }],
    }),
    newAsset('F-3', { weight: 0.5, managed: false, place: { room: 'Z' } }),
  ];
  for (const asset of assets) expect((await scim('POST', '/Assets', asset)).status).toBe(201);
  const mine = (filter: string) => serials(`serial sw "F-" and (${filter})`);
  expect(await mine('ports gt 9')).toEqual(['F-1']);
  expect(await mine('bought lt "2025-01-01T00:00:00Z"')).toEqual(['F-2']);
  expect(await mine('tags eq "É"')).toEqual(['F-1', 'F-2']);
  expect(await mine('disks[size lt 5]')).toEqual(['F-1']);
  expect(await mine('not (managed pr)')).toEqual(['F-1', 'F-2']);
  expect(await mine('weight eq 0.50')).toEqual(['F-3']);
  expect(await mine('place.room eq "z"')).toEqual(['F-3']);
  expect(await mine(`${leaseUrn}:until ge "2027-01-31T01:00:00+01:00"`)).toEqual([
    'F-1',
    'F-2',
    'F-3',
  ]);
  const sorted = async (query: string) => {
    const filter = encodeURIComponent('serial sw "F-"');
    const { body } = await scim('GET', `/Assets?filter=${filter}&${query}`);
    return body.Resources.map((asset: { serial: string }) => asset.serial);
  };
  expect(await sorted('sortBy=ports')).toEqual(['F-2', 'F-1', 'F-3']);
  expect(await sorted('sortBy=ports&sortOrder=descending')).toEqual(['F-3', 'F-1', 'F-2']);
  expect(await sorted('sortBy=disks.size')).toEqual(['F-2', 'F-1', 'F-3']);
  expect(await sorted('sortBy=bought')).toEqual(['F-2', 'F-1', 'F-3']);
  expect(await sorted('sortBy=serial&startIndex=2&count=1')).toEqual(['F-2']);
  const walked: string[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined; ) {
    const { body } = await scim('GET', `/Assets?sortBy=disks.size&count=2&cursor=${cursor}`);
    walked.push(...body.Resources.map((asset: { id: string }) => asset.id));
    cursor = body.nextCursor;
  }
  expect(walked).toHaveLength((await scim('GET', '/Assets?count=0')).body.totalResults);
  expect(new Set(walked).size).toBe(walked.length);
});

test('another organization sees nothing of it and takes nothing from it', async () => {
  const em = api.world.directory.entityManager();
  const beta = await createOrganization(em, { name: 'Beta' });
  const { secret: token } = await createScimToken(systemSession(em, beta), {
    name: 'x',
    profile: 'lenient',
  });
  const made = await scim('POST', '/Assets', newAsset('T-1', { label: 'ours' }));
  const theirs = await scim('POST', '/Assets', newAsset('T-1', { label: 'ours' }), { token });
  expect(theirs.status).toBe(201);
  expect((await scim('GET', `/Assets/${made.body.id}`, undefined, { token })).status).toBe(404);
  expect((await scim('DELETE', `/Assets/${made.body.id}`, undefined, { token })).status).toBe(404);
  expect((await scim('GET', '/Assets', undefined, { token })).body.totalResults).toBe(1);
});

test('documents of an earlier form of the type break nothing', async () => {
  const db = api.world.directory.entityManager().getKysely();
  const made = await scim('POST', '/Assets', newAsset('O-1'));
  const old = JSON.stringify({
    serial: 'O-1',
    ports: 'many',
    tags: 'one',
    disks: { size: 'x' },
    place: 7,
    gone: true,
  });
  await sql`
    update scim_resource set attributes = ${old}::jsonb, attributes_key = ${old}::jsonb
    where id = ${made.body.id}
  `.execute(db);
  for (const filter of [
    'ports gt 1',
    'tags eq "one"',
    'disks[size gt 1]',
    'place.room pr',
    'place pr',
  ]) {
    expect((await find(`serial eq "O-1" and ${filter}`)).status).toBe(200);
  }
  for (const sortBy of ['ports', 'tags', 'disks.size', 'place.room']) {
    expect((await scim('GET', `/Assets?sortBy=${sortBy}`)).status).toBe(200);
  }
  await scim('DELETE', `/Assets/${made.body.id}`);
});
