import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProfileName } from '../profiles.ts';
import { deviceUrn } from '../test-support/device-type.ts';
import {
  enterpriseUrn,
  groupUrn,
  patchOf,
  startService,
  userUrn,
} from '../test-support/service.ts';

const name = fc.constantFrom(
  'schemas',
  'Operations',
  'op',
  'path',
  'value',
  'method',
  'bulkId',
  'data',
  'filter',
  'count',
  'startIndex',
  'attributes',
  'sortBy',
  'userName',
  'displayName',
  'members',
  'emails',
  'active',
  'name',
  'serial',
  'disks',
  'meta',
  'id',
  '__proto__',
  'constructor',
  enterpriseUrn,
);
const scalar = fc.oneof(
  fc.constantFrom(
    null,
    true,
    'replace',
    'add',
    'remove',
    'POST',
    'PATCH',
    'members',
    'emails[type eq "work"].value',
    '/Users/user-1',
    '/Groups',
    'bulkId:x',
    'x',
    userUrn,
    groupUrn,
    deviceUrn,
  ),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('json'), { maxLength: 3 }),
    fc
      .array(fc.tuple(name, tie('json')), { maxLength: 5 })
      .map((entries) =>
        JSON.parse(`{${entries.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`)}}`),
      ),
  ),
}));
const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE');
const path = fc.oneof(
  fc.constantFrom(
    '/Users',
    '/Users/user-1',
    '/Groups',
    '/Groups/group-2',
    '/Devices',
    '/.search',
    '/Users/.search',
    '/Bulk',
    '/Me',
    '/Schemas',
    '/acme/Users',
  ),
  fc.webPath(),
);
const query = fc.webQueryParameters();
const text = fc.oneof(
  json,
  json.map((operation) => patchOf(operation)),
  json.map((data) => ({ Operations: [data] })),
);

describe('random requests', () => {
  it.each<ProfileName>(['lenient', 'rfc', 'interop'])(
    'in the profile %s are answered without a failure of ours',
    async (profile) => {
      const { send, errors } = startService({ profile });
      await send('POST', '/Users', { schemas: [userUrn], userName: 'anna' });
      await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'G' });
      await fc.assert(
        fc.asyncProperty(method, path, query, text, async (verb, at, parameters, body) => {
          const reply = await send(verb, `${at}?${parameters}`, verb === 'GET' ? undefined : body);
          expect(errors).toEqual([]);
          expect([200, 201, 204, 400, 403, 404, 405, 409, 501]).toContain(reply.status);
        }),
        { numRuns: 1_500 },
      );
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );

  it('random filters and parameters are 200 or 400', async () => {
    const { send, errors } = startService();
    await send('POST', '/Users', { schemas: [userUrn], userName: 'anna' });
    const word = fc.constantFrom(
      'userName',
      'emails',
      'emails.value',
      'active',
      'meta.created',
      '__proto__',
      'constructor.name',
      'eq',
      'pr',
      'gt',
      'and',
      'not',
      '(',
      ')',
      '[',
      ']',
      '"x"',
      'true',
      '7',
      'null',
    );
    const filter = fc.oneof(
      fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
      fc.string({ unit: 'binary' }).map((t) => t.toWellFormed()),
    );
    await fc.assert(
      fc.asyncProperty(filter, filter, async (wanted, sortBy) => {
        const parameters = new URLSearchParams({ filter: wanted, sortBy, attributes: sortBy });
        const reply = await send('GET', `/Users?${parameters}`);
        expect(errors).toEqual([]);
        expect([200, 400]).toContain(reply.status);
      }),
      { numRuns: 2_000 },
    );
  });
});
