import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainTexts } from '../../test/support/plain-texts.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import { createApiKey } from './api-keys.ts';
import { currentPosition, readChanges } from './change-feed.ts';
import { createMember } from './create-member.ts';
import { findMembers, getMember } from './find-members.ts';
import { inviteMember } from './invitations.ts';
import { createOrganization, systemSession } from './organizations.ts';
import { previewRemoval, removeMember } from './remove-member.ts';
import { createServiceAccount } from './service-accounts.ts';
import type { DirectorySession } from './session.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const add = (username: string, more = {}) =>
  createMember(world.session(), { username, enabled: true, profile: {}, ...more });

const actingAs = (member: { id: string; displayName: string }): DirectorySession => ({
  ...world.session(),
  actor: { kind: 'member', id: member.id, name: member.displayName },
});

/** Ids of what a member holds, as rows say it. */
async function held(id: string) {
  const { rows } = await sql<Record<string, number>>`
    select
      (select count(*)::int from member where manager_id = ${id}) as reports,
      (select count(*)::int from invitation where inviter_id = ${id}) as invitations,
      (select count(*)::int from api_key where creator_id = ${id}) as keys,
      (select count(*)::int from ldap_service_account where creator_id = ${id}) as services
  `.execute(world.database.entityManager().getKysely());
  return rows[0];
}

async function fillHands(boss: { id: string; displayName: string }) {
  const name = boss.displayName;
  const report = await add(`${name}-report`, { manager: boss.id });
  const invited = await add(`${name}-guest`, { invited: true });
  const correspondence = { publicUrl: '', texts: plainTexts };
  await inviteMember(actingAs(boss), invited.id, { by: 'link' }, correspondence);
  await createApiKey(actingAs(boss), { name: `${name} key`, permissions: [] });
  await createServiceAccount(actingAs(boss), world.directory, { name: `${name} app` });
  return report;
}

test('the preview says what is held, and the heir gets all of it and nothing else', async () => {
  const [boss, heir, other] = [await add('boss'), await add('heir'), await add('other')];
  const report = await fillHands(boss);
  await fillHands(other);
  const one = (name: string) => ({ count: 1, names: [name] });
  expect(await previewRemoval(world.session(), boss.id)).toMatchObject({
    handsOver: true,
    defaultHeir: { name: 'admin' },
    holdings: {
      directReports: one('boss-report'),
      invitations: one('boss-guest'),
      apiKeys: one('boss key'),
      serviceAccounts: one('boss app'),
    },
  });
  const before = await currentPosition(world.database.entityManager());
  await removeMember(world.session(), boss.id, { heir: heir.id });
  const all = { reports: 1, invitations: 1, keys: 1, services: 1 };
  expect(await held(heir.id)).toEqual(all);
  expect(await held(other.id)).toEqual(all);
  expect((await getMember(world.session(), report.id)).manager?.id).toBe(heir.id);
  const { changes } = await readChanges(world.database.entityManager(), before);
  expect(changes).toContainEqual(
    expect.objectContaining({
      subject: 'member',
      subjectId: boss.id,
      kind: 'deleted',
      heirId: heir.id,
    }),
  );
});

test('without an heir it goes to the initial administrator; a report who inherits has no manager', async () => {
  const lead = await add('lead');
  await fillHands(lead);
  const admin = await previewRemoval(world.session(), lead.id);
  await removeMember(world.session(), lead.id);
  expect(await held(admin.defaultHeir?.id ?? '')).toMatchObject({ reports: 1, keys: 1 });
  const second = await add('second');
  const report = await add('second-report', { manager: second.id });
  await removeMember(world.session(), second.id, { heir: report.id });
  expect((await getMember(world.session(), report.id)).manager).toBeNull();
});

test('a pending member goes at once, and leaves no heir in the feed', async () => {
  const guest = await add('guest', { invited: true });
  const before = await currentPosition(world.database.entityManager());
  expect((await previewRemoval(world.session(), guest.id)).handsOver).toBe(false);
  await removeMember(world.session(), guest.id);
  const { changes } = await readChanges(world.database.entityManager(), before);
  const removed = changes.find(({ subjectId }) => subjectId === guest.id);
  expect(removed).toMatchObject({ kind: 'deleted' });
  expect(removed).not.toHaveProperty('heirId');
});

test('an heir is an enabled member of this organization, and another', async () => {
  const leaving = await add('leaving');
  const em = world.database.entityManager();
  const bolt = systemSession(em, await createOrganization(em, { name: 'Bolt' }));
  const theirs = await createMember(bolt, { username: 'theirs', enabled: true, profile: {} });
  const disabled = await add('disabled', { enabled: false });
  const wrong = [theirs.id, crypto.randomUUID(), 'nobody', leaving.id, disabled.id];
  const codes: string[] = [];
  for (const heir of wrong) {
    await removeMember(world.session(), leaving.id, { heir }).catch((error) =>
      codes.push(`${error.code} ${error.field}`),
    );
  }
  expect(codes).toEqual([
    'unknown-reference heir',
    'unknown-reference heir',
    'unknown-reference heir',
    'invalid-value heir',
    'invalid-value heir',
  ]);
  expect((await getMember(world.session(), leaving.id)).status).toBe('enabled');
  await expect(previewRemoval(bolt, leaving.id)).rejects.toMatchObject({ code: 'not-found' });
});

test('of two who are each the heir of the other, one is removed', async () => {
  for (let round = 0; round < 5; round++) {
    const [a, b] = [await add(`a${round}`), await add(`b${round}`)];
    const outcomes = await Promise.allSettled([
      removeMember(world.session(), a.id, { heir: b.id }),
      removeMember(world.session(), b.id, { heir: a.id }),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'unknown-reference', field: 'heir' },
    });
  }
});

test('a report who is added while the manager goes is refused or handed over, never lost', async () => {
  for (let round = 0; round < 5; round++) {
    const [manager, heir] = [await add(`m${round}`), await add(`h${round}`)];
    const [report] = await Promise.allSettled([
      add(`r${round}`, { manager: manager.id }),
      removeMember(world.session(), manager.id, { heir: heir.id }),
    ]);
    await expect(getMember(world.session(), manager.id)).rejects.toMatchObject({
      code: 'not-found',
    });
    if (report.status === 'fulfilled') {
      const { id } = report.value;
      expect((await getMember(world.session(), id)).manager?.id).toBe(heir.id);
    } else {
      expect(report.reason).toMatchObject({ code: 'unknown-reference', field: 'manager' });
    }
  }
});

test('of two last administrators who remove each other, one stays', async () => {
  const em = world.database.entityManager();
  const organization = await createOrganization(em, { name: 'Pair' });
  const session = () => systemSession(world.database.entityManager(), organization);
  const { rows } = await sql<{ id: string }>`
    select id from role where organization_id = ${organization.id} and built_in = 'administrator'
  `.execute(em.getKysely());
  const roles = rows.map(({ id }) => id);
  const pair = [];
  for (const username of ['a', 'b']) {
    pair.push(await createMember(session(), { username, enabled: true, profile: {}, roles }));
  }
  const outcomes = await Promise.allSettled(pair.map(({ id }) => removeMember(session(), id)));
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const left = await findMembers(session(), { filter: { op: 'all' }, offset: 0, limit: 9 });
  expect(left.total).toBe(1);
});
