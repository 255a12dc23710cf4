import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainTexts } from '../../test/support/plain-texts.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import { createMember } from './create-member.ts';
import { Account } from './entities/account.ts';
import { identifierKey } from './identifier-key.ts';
import { inviteMember, inviteNewMember, revokeInvitation } from './invitations.ts';
import { acceptInvitation, declineInvitation, lookUpInvitation } from './join.ts';
import { listMembers } from './list-members.ts';
import { getMemberDetails } from './member-actions.ts';
import { createOrganization, systemSession } from './organizations.ts';
import type { DirectorySession } from './session.ts';
import { signIn } from './sign-in.ts';

let world: World;
let now = new Date('2026-11-24T12:00:00Z');
let places: { departments: string[]; roles: string[] };
beforeAll(async () => {
  world = await openWorld({ now: () => now });
  places = await placesOf(world.session());
});
afterAll(() => world.close());

const correspondence = { publicUrl: 'https://roster.example', texts: plainTexts };
const password = 'correct horse battery';
let network = 1;
const address = () => `192.0.${network++}.1`;
const tokenOf = (link: string | null | undefined) => link?.split('#')[1] ?? '';
const register = (username: string) => ({ kind: 'register', username, password }) as const;
const handedOver = { by: 'link' } as const;

async function placesOf(session: DirectorySession): Promise<typeof places> {
  const { rows } = await sql<{ department: string; role: string }>`
    select d.id as department, r.id as role from department d join role r using (organization_id)
    where d.organization_id = ${session.organization.id} and parent_id is null
      and r.built_in = 'member'
  `.execute(session.em.getKysely());
  return {
    departments: rows.map((row) => row.department),
    roles: rows.map((row) => row.role),
  };
}

async function invite(name: string): Promise<{ id: string; token: string }> {
  const { member, link } = await inviteNewMember(
    world.session(),
    { name, ...places, delivery: handedOver },
    correspondence,
  );
  return { id: member.id, token: tokenOf(link) };
}

async function reinvite(id: string): Promise<string> {
  const { link } = await inviteMember(world.session(), id, handedOver, correspondence);
  return tokenOf(link);
}

const look = (token: string) => lookUpInvitation(world.directory, token);
const accept = (token: string, username: string) =>
  acceptInvitation(world.directory, { token, account: register(username) });
const details = (id: string) => getMemberDetails(world.session(), id);

async function later<T>(days: number, work: () => Promise<T>): Promise<T> {
  const start = now;
  now = new Date(start.getTime() + days * 24 * 3_600_000);
  try {
    return await work();
  } finally {
    now = start;
  }
}

test('an invited person registers, and the same member is enabled and signs in', async () => {
  const { id, token } = await invite('Anna Ek');
  expect(await details(id)).toMatchObject({
    status: 'pending',
    username: null,
    invitation: { state: 'pending', email: null },
    actions: { invite: null, reinvite: 'invited', revoke: null, edit: null, disable: 'not-joined' },
  });
  for (let time = 0; time < 2; time++) {
    expect(await look(token)).toEqual({
      organization: 'Acme',
      inviter: 'Acme',
      name: 'Anna Ek',
      email: null,
      username: null,
      expiresAt: new Date(now.getTime() + 3 * 24 * 3_600_000),
    });
  }
  const joined = await accept(token, 'anna');
  expect(joined).toMatchObject({
    organization: { slug: 'acme' },
    member: { id, username: 'anna' },
  });
  expect(await details(id)).toMatchObject({
    status: 'enabled',
    username: 'anna',
    managed: false,
    activatedAt: now,
    invitation: { state: 'accepted' },
    actions: { resetPassword: 'no-address' },
  });
  const credentials = { organization: 'acme', username: 'anna', password, address: address() };
  expect((await signIn(world.directory, credentials)).member.id).toBe(id);
  await expect(look(token)).rejects.toMatchObject({ code: 'link-used' });
});

test('a mailed invitation is told to its reader only, in the transaction of the invitation', async () => {
  const invited = (email: string) =>
    inviteNewMember(
      { ...world.session(), actor: { kind: 'member', name: 'Anna Ek' } },
      { name: 'Ben', ...places, delivery: { by: 'mail', email } },
      correspondence,
    );
  const { member, link } = await invited('ben@home.example');
  expect(link).toBeNull();
  expect(member.invitation).toMatchObject({ email: 'ben@home.example', state: 'pending' });
  const { rows } = await sql<{ subject: string; text: string; html: string }>`
    select subject, text, html from outgoing_mail where recipient_address = 'ben@home.example'
  `.execute(world.database.entityManager().getKysely());
  expect(rows).toMatchObject([{ subject: 'Join Acme' }]);
  const token = tokenOf(rows[0]?.text);
  expect(await look(token)).toMatchObject({ inviter: 'Anna Ek', email: 'b…@home.example' });
  // The address is proven, so it is the account's: a reset link can go there, and it can be the username.
  await accept(token, 'Ben@Home.example');
  expect((await details(member.id)).actions.resetPassword).toBeNull();
  const before = (await listMembers(world.session(), listing)).total;
  await expect(invited('no address')).rejects.toMatchObject({ field: 'email' });
  expect((await listMembers(world.session(), listing)).total).toBe(before);
});

const listing = { sort: 'name', descending: false, limit: 10 } as const;

test('only the SHA-256 of a token is stored', async () => {
  const { id, token } = await invite('Stored');
  const { rows } = await sql<{ all: string }>`
    select to_jsonb(i)::text as all from invitation i where member_id = ${id}
  `.execute(world.database.entityManager().getKysely());
  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect(rows[0]?.all).not.toContain(token);
});

test('an invitation expires by the clock after three days, and is renewed for the same member', async () => {
  const { id, token } = await invite('Cleo');
  await later(3, async () => {
    await expect(look(token)).rejects.toMatchObject({ code: 'link-expired' });
    await expect(accept(token, 'cleo')).rejects.toMatchObject({ code: 'link-expired' });
    expect(await details(id)).toMatchObject({
      invitation: { state: 'expired' },
      actions: { reinvite: null, revoke: 'no-invitation' },
    });
    const expired = await listMembers(world.session(), { ...listing, invitation: 'expired' });
    expect(expired.members.map((member) => member.id)).toContain(id);
    const renewed = await reinvite(id);
    await expect(look(token)).rejects.toMatchObject({ code: 'link-replaced' });
    expect((await accept(renewed, 'cleo')).member.id).toBe(id);
  });
});

test('a declined invitation is renewed; a withdrawn one opens nothing', async () => {
  const { id, token } = await invite('Dora');
  await declineInvitation(world.directory, token);
  expect(await details(id)).toMatchObject({
    status: 'pending',
    invitation: { state: 'rejected' },
    actions: { reinvite: null },
  });
  await expect(declineInvitation(world.directory, token)).rejects.toMatchObject({
    code: 'link-used',
  });
  const second = await reinvite(id);
  expect((await revokeInvitation(world.session(), id)).invitation?.state).toBe('revoked');
  await expect(look(second)).rejects.toMatchObject({ code: 'link-revoked' });
  await expect(accept(second, 'dora')).rejects.toMatchObject({ code: 'link-revoked' });
  await expect(revokeInvitation(world.session(), id)).rejects.toMatchObject({ code: 'conflict' });
  await accept(await reinvite(id), 'dora');
  await expect(reinvite(id)).rejects.toMatchObject({ code: 'conflict' });
});

test('of two who accept one invitation at the same moment, one becomes the member', async () => {
  for (let round = 0; round < 5; round++) {
    const { id, token } = await invite(`Race ${round}`);
    const outcomes = await Promise.allSettled(
      ['one', 'two', 'three'].map((who) => accept(token, `${who}${round}`)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes.filter(({ status }) => status === 'rejected')) {
      expect(outcome).toMatchObject({ reason: { code: 'link-used' } });
    }
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from account where username_key like ${`%${round}`}
        and username_key ~ '^(one|two|three)'
    `.execute(world.database.entityManager().getKysely());
    expect(rows).toEqual([{ count: 1 }]);
    expect((await details(id)).status).toBe('enabled');
  }
});

test('of many links made at the same moment, one is left', async () => {
  const { id } = await invite('Often');
  const tokens = await Promise.all(Array.from({ length: 6 }, () => reinvite(id)));
  const looks = await Promise.allSettled(tokens.map(look));
  expect(looks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('a self-owned account joins by signing in, a managed one with its organization', async () => {
  const first = await invite('Eve');
  await accept(first.token, 'eve');
  const em = world.database.entityManager();
  const bolt = await createOrganization(em, { name: 'Bolt' });
  const theirs = { ...systemSession(em, bolt, { now }), announce: () => {} };
  const input = { name: 'Eve', ...(await placesOf(theirs)), delivery: handedOver };
  const { link } = await inviteNewMember(theirs, input, correspondence);
  const join = (given: { password: string; organization: string | undefined; as?: string }) =>
    acceptInvitation(world.directory, {
      token: tokenOf(link),
      account: {
        kind: 'sign-in',
        organization: given.organization,
        username: given.as ?? 'EVE',
        password: given.password,
        address: address(),
      },
    });
  await expect(join({ organization: undefined, password: 'wrong' })).rejects.toMatchObject({
    code: 'invalid-credentials',
  });
  const joined = await join({ organization: undefined, password });
  expect(joined).toMatchObject({ organization: { slug: 'bolt' }, member: { username: 'eve' } });
  // One account, two organizations, one password.
  for (const organization of ['acme', 'bolt']) {
    await signIn(world.directory, { organization, username: 'eve', password, address: address() });
  }
  // The administrator's account is managed by Acme.
  const second = await inviteNewMember(theirs, input, correspondence);
  const administrator = await acceptInvitation(world.directory, {
    token: tokenOf(second.link),
    username: 'boss',
    account: {
      kind: 'sign-in',
      organization: 'acme',
      username: 'admin',
      password: world.made.password,
      address: address(),
    },
  });
  expect(administrator.member.username).toBe('boss');
  expect((await getMemberDetails(theirs, administrator.member.id)).managed).toBe(false);
});

test('an account joins an organization once, and a taken username uses nothing up', async () => {
  const first = await invite('Finn');
  await accept(first.token, 'finn');
  const second = await invite('Finn again');
  await expect(accept(second.token, 'Finn')).rejects.toMatchObject({
    code: 'not-unique',
    field: 'username',
  });
  await expect(
    acceptInvitation(world.directory, {
      token: second.token,
      username: 'finn.too',
      account: {
        kind: 'sign-in',
        organization: undefined,
        username: 'finn',
        password,
        address: address(),
      },
    }),
  ).rejects.toMatchObject({ code: 'not-unique', field: 'account' });
  await expect(accept(second.token, 'someone@else.example')).rejects.toMatchObject({
    code: 'invalid-value',
    field: 'username',
  });
  await accept(second.token, 'finn.2');
});

test('a member who waits for consent is invited, and keeps the username that the provider gave', async () => {
  const em = world.database.entityManager();
  const email = 'gina@home.example';
  em.create(Account, {
    id: crypto.randomUUID(),
    username: 'gina',
    usernameKey: 'gina',
    email,
    emailKey: identifierKey(email),
    passwordHash: await world.directory.passwords.hash(password),
    createdAt: now,
  });
  await em.flush();
  const waiting = await createMember(world.session(), {
    username: 'g.nowak',
    enabled: true,
    profile: { emails: [{ value: email }] },
  });
  expect(waiting.status).toBe('pending');
  const token = await reinvite(waiting.id);
  const { member } = await acceptInvitation(world.directory, {
    token,
    account: {
      kind: 'sign-in',
      organization: undefined,
      username: 'gina',
      password,
      address: address(),
    },
  });
  expect(member).toEqual({ id: waiting.id, name: 'g.nowak', username: 'g.nowak' });
});

test('who holds less than the invited member cannot get its link', async () => {
  const { rows } = await sql<{ id: string }>`
    select id from role where organization_id = ${world.made.organization.id}
      and built_in = 'administrator'
  `.execute(world.database.entityManager().getKysely());
  const { member } = await inviteNewMember(
    world.session(),
    { ...places, roles: rows.map((row) => row.id), name: 'Hana', delivery: handedOver },
    correspondence,
  );
  const less: DirectorySession = { ...world.session(), permissions: new Set(['members:write']) };
  await expect(inviteMember(less, member.id, handedOver, correspondence)).rejects.toMatchObject({
    code: 'forbidden',
  });
});
