import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiWorld, bodyOf, openAdminApi } from '../../test/support/admin-api.ts';
import { createScimToken, recordScimUsage } from '../directory/index.ts';

let apiWorld: ApiWorld;
beforeAll(async () => {
  apiWorld = await openAdminApi();
});
afterAll(() => apiWorld.close());

test('what a connection leans on is told in words', async () => {
  const { world } = apiWorld;
  const session = world.session();
  const { id } = await createScimToken(session, { name: 'Provider' });
  const lastUsedAt = new Date('2026-11-24T12:00:00Z');
  await recordScimUsage(world.database.entityManager(), [
    {
      organizationId: session.organization.id,
      tokenId: id,
      tolerances: [
        { tolerance: 'booleanStrings', uses: 3, lastUsedAt },
        { tolerance: 'ofANewerVersion', uses: 1, lastUsedAt },
      ],
      requests: [],
    },
  ]);
  const answer = apiWorld.withKey(world.made.apiKey, `/scim-tokens/${id}/usage`);
  expect((await bodyOf(answer)).tolerances).toEqual([
    {
      tolerance: 'booleanStrings',
      description: '"True" and "False" as text where true and false belong',
      clients: ['Microsoft Entra ID'],
      uses: 3,
      lastUsedAt: lastUsedAt.toISOString(),
    },
    {
      tolerance: 'ofANewerVersion',
      description: 'ofANewerVersion',
      clients: [],
      uses: 1,
      lastUsedAt: lastUsedAt.toISOString(),
    },
  ]);
});
