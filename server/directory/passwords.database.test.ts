import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainTexts } from '../../test/support/plain-texts.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import { addMember } from './add-member.ts';
import { changeOwnPassword } from './change-password.ts';
import { createMember } from './create-member.ts';
import { departmentTree } from './departments.ts';
import { disableMember } from './member-status.ts';
import {
  completePasswordReset,
  createPasswordReset,
  lookUpPasswordReset,
} from './password-reset.ts';
import type { DirectorySession } from './session.ts';
import { signIn } from './sign-in.ts';
import { authenticateSession } from './sign-in-session.ts';
import { verifyMember } from './verify-member.ts';

let world: World;
let now = new Date('2026-11-24T12:00:00Z');
beforeAll(async () => {
  world = await openWorld({ now: () => now });
});
afterAll(() => world.close());

const typed = 'typed by an administrator';
const own = 'chosen by the person';
const correspondence = { publicUrl: 'https://roster.example', texts: plainTexts };
let network = 1;
const credentials = (username: string, password: string) => ({
  organization: 'acme',
  username,
  password,
  address: `192.0.${network++}.1`,
});

async function addTyped(username: string): Promise<string> {
  const [root] = await departmentTree(world.session());
  const { rows } = await sql<{ id: string }>`
    select id from role where organization_id = ${world.made.organization.id} and built_in = 'member'
  `.execute(world.database.entityManager().getKysely());
  const { id } = await addMember(world.session(), world.directory, {
    name: username,
    departments: [root?.id ?? ''],
    roles: rows.map((row) => row.id),
    username,
    password: typed,
    email: `${username}@acme.example`,
  });
  return id;
}

async function addOwn(username: string): Promise<string> {
  const member = await createMember(world.session(), {
    username,
    enabled: true,
    profile: { emails: [{ value: `${username}@acme.example` }] },
    passwordHash: await world.directory.passwords.hash(own),
  });
  return member.id;
}

async function tokenFor(id: string): Promise<string> {
  const { link } = await createPasswordReset(world.session(), id, correspondence);
  return link?.split('#')[1] ?? '';
}

async function mailsTo(address: string): Promise<{ subject: string; text: string }[]> {
  const { rows } = await sql<{ subject: string; text: string }>`
    select subject, text from outgoing_mail where recipient_address = ${address} order by id
  `.execute(world.database.entityManager().getKysely());
  return rows;
}

test('a password that an administrator typed opens nothing but the change of it', async () => {
  await addTyped('anna');
  for (const open of [signIn, verifyMember]) {
    await expect(open(world.directory, credentials('anna', typed))).rejects.toMatchObject({
      code: 'password-change-required',
    });
    // Who does not know it hears nothing of it.
    await expect(open(world.directory, credentials('anna', 'wrong'))).rejects.toMatchObject({
      code: 'invalid-credentials',
    });
  }
  const change = (newPassword: string) =>
    changeOwnPassword(
      world.directory,
      { ...credentials('anna', typed), newPassword },
      correspondence,
    );
  await expect(change(typed)).rejects.toMatchObject({ field: 'newPassword' });
  await expect(change('short')).rejects.toMatchObject({ field: 'newPassword' });
  await change(own);
  expect((await signIn(world.directory, credentials('anna', own))).member.name).toBe('anna');
  await expect(change(own)).rejects.toMatchObject({ code: 'invalid-credentials' });
  expect(await mailsTo('anna@acme.example')).toMatchObject([{ subject: 'Changed' }]);
});

test('it runs out after seven days, and a reset link helps', async () => {
  const id = await addTyped('ben');
  const start = now;
  try {
    now = new Date(start.getTime() + 7 * 24 * 3_600_000);
    await expect(signIn(world.directory, credentials('ben', typed))).rejects.toMatchObject({
      code: 'password-expired',
    });
    await expect(
      changeOwnPassword(
        world.directory,
        { ...credentials('ben', typed), newPassword: own },
        correspondence,
      ),
    ).rejects.toMatchObject({ code: 'password-expired' });
    const token = await tokenFor(id);
    await completePasswordReset(world.directory, { token, password: own }, correspondence);
    await signIn(world.directory, credentials('ben', own));
  } finally {
    now = start;
  }
});

test('changing the password ends every other session', async () => {
  await addOwn('cleo');
  const { secret } = await signIn(world.directory, credentials('cleo', own));
  await changeOwnPassword(
    world.directory,
    { ...credentials('cleo', own), newPassword: 'another good password' },
    correspondence,
  );
  expect(await authenticateSession(world.directory, secret)).toBeUndefined();
});

test('a reset link works once, tells what it is for, and ends the sessions', async () => {
  const id = await addOwn('dora');
  const { secret } = await signIn(world.directory, credentials('dora', own));
  const token = await tokenFor(id);
  for (let look = 0; look < 2; look++) {
    expect(await lookUpPasswordReset(world.directory, token)).toMatchObject({
      organization: 'Acme',
      username: 'dora',
      expiresAt: new Date(now.getTime() + 24 * 3_600_000),
    });
  }
  const complete = (password: string) =>
    completePasswordReset(world.directory, { token, password }, correspondence);
  await expect(complete('short')).rejects.toMatchObject({ field: 'password' });
  await complete('another good password');
  expect(await authenticateSession(world.directory, secret)).toBeUndefined();
  await signIn(world.directory, credentials('dora', 'another good password'));
  await expect(complete('a third good password')).rejects.toMatchObject({ code: 'link-used' });
  await expect(lookUpPasswordReset(world.directory, token)).rejects.toMatchObject({
    code: 'link-used',
  });
  expect(await mailsTo('dora@acme.example')).toMatchObject([{ subject: 'Changed', text: 'dora' }]);
  const { rows } = await sql<{ all: string }>`
    select to_jsonb(p)::text as all from password_reset p where member_id = ${id}
  `.execute(world.database.entityManager().getKysely());
  expect(rows[0]?.all).not.toContain(token);
});

test('a newer link revokes the one before; disabling revokes it; a day ends it', async () => {
  const id = await addOwn('eve');
  const look = (token: string) => lookUpPasswordReset(world.directory, token);
  const first = await tokenFor(id);
  const second = await tokenFor(id);
  await expect(look(first)).rejects.toMatchObject({ code: 'link-replaced' });
  await look(second);
  const start = now;
  now = new Date(start.getTime() + 24 * 3_600_000);
  await expect(look(second)).rejects.toMatchObject({ code: 'link-expired' });
  now = start;
  await disableMember(world.session(), id);
  await expect(look(second)).rejects.toMatchObject({ code: 'link-revoked' });
  await expect(
    completePasswordReset(world.directory, { token: second, password: own }, correspondence),
  ).rejects.toMatchObject({ code: 'link-revoked' });
  await expect(tokenFor(id)).rejects.toMatchObject({ code: 'conflict' });
  await expect(look('nonsense')).rejects.toMatchObject({ code: 'not-found' });
});

test('of many who use one link at the same moment, one sets the password', async () => {
  const token = await tokenFor(await addOwn('finn'));
  const outcomes = await Promise.allSettled(
    Array.from({ length: 6 }, (_, index) =>
      completePasswordReset(
        world.directory,
        { token, password: `a good password number ${index}` },
        correspondence,
      ),
    ),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const outcome of outcomes.filter(({ status }) => status === 'rejected')) {
    expect(outcome).toMatchObject({ reason: { code: 'link-used' } });
  }
});

test('of many links made at the same moment, one is left', async () => {
  const id = await addOwn('gina');
  const tokens = await Promise.all(Array.from({ length: 6 }, () => tokenFor(id)));
  const looks = await Promise.allSettled(
    tokens.map((token) => lookUpPasswordReset(world.directory, token)),
  );
  expect(looks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('nobody makes a link for a member who holds more than they do', async () => {
  const admin = await signIn(world.directory, credentials('admin', world.made.password));
  const session: DirectorySession = { ...world.session(), permissions: new Set(['members:write']) };
  await expect(createPasswordReset(session, admin.member.id, correspondence)).rejects.toMatchObject(
    { code: 'forbidden' },
  );
});

test("a self-owned account's link goes to its own address and to nobody else, a few an hour", async () => {
  const id = await addOwn('hana');
  // Owned by the person, who has another address than the organization's.
  await sql`
    update account set managing_organization_id = null, email = 'hana@home.example'
    where id = (select account_id from member where id = ${id})
  `.execute(world.database.entityManager().getKysely());
  const issued = await createPasswordReset(world.session(), id, correspondence);
  expect(issued).toMatchObject({ link: null, mailedTo: 'h…@home.example' });
  const [mail] = await mailsTo('hana@home.example');
  const token = mail?.text.split('#')[1] ?? '';
  expect(mail?.text).toBe(`https://roster.example/reset#${token}`);
  await completePasswordReset(
    world.directory,
    { token, password: 'another good password' },
    correspondence,
  );
  for (let more = 0; more < 3; more++) {
    await createPasswordReset(world.session(), id, correspondence);
  }
  await expect(createPasswordReset(world.session(), id, correspondence)).rejects.toMatchObject({
    code: 'slow-down',
  });
});
