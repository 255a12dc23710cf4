import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainTexts } from '../../test/support/plain-texts.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import { authenticateApiKey } from './api-keys.ts';
import { changeMember } from './change-member.ts';
import { changeOwnPassword } from './change-password.ts';
import { createMember } from './create-member.ts';
import { authenticateScimToken } from './scim-tokens.ts';
import { verifyServiceAccount } from './service-accounts.ts';
import { signIn } from './sign-in.ts';
import { authenticateSession, signOut } from './sign-in-session.ts';

let world: World;
let now = new Date('2026-11-24T12:00:00Z');
beforeAll(async () => {
  world = await openWorld({ now: () => now });
});
afterAll(() => world.close());

const password = 'correct horse battery';
let address = 1;
// Another network for each, so that the slow-down of one test is not that of the next.
const attempt = (
  username: string,
  given = password,
  organization: string | undefined = 'acme',
) => ({
  organization,
  username,
  password: given,
  address: `192.0.${address++}.1`,
});

async function memberWithPassword(username: string): Promise<string> {
  const passwordHash = await world.directory.passwords.hash(password);
  const member = await createMember(world.session(), {
    username,
    enabled: true,
    profile: {},
    passwordHash,
  });
  return member.id;
}

test('a member signs in by organization and username, in any case, and out again', async () => {
  await memberWithPassword('anna');
  const { secret, member } = await signIn(world.directory, attempt('ANNA'));
  expect(member).toMatchObject({ name: 'anna', username: 'anna' });
  const found = await authenticateSession(world.directory, secret);
  expect(found?.session.organization.slug).toBe('acme');
  // The role Member holds nothing.
  expect(found?.session.permissions.size).toBe(0);
  await signOut(world.directory, secret);
  expect(await authenticateSession(world.directory, secret)).toBeUndefined();
});

test('the first administrator holds every permission', async () => {
  const { session } = await signIn(
    world.directory,
    attempt('admin', world.made.password, undefined),
  );
  expect(session.permissions.has('members:write')).toBe(true);
});

test.each([
  ['a wrong password', attempt('admin', 'wrong')],
  ['an unknown username', attempt('nobody')],
  ['an unknown organization', attempt('admin', password, 'nowhere')],
])('%s is refused with the same words', async (_what, credentials) => {
  await expect(signIn(world.directory, credentials)).rejects.toMatchObject({
    code: 'invalid-credentials',
    message: 'The username or the password is wrong.',
  });
});

test('disabling ends the sessions at once and shuts the door', async () => {
  const id = await memberWithPassword('ben');
  const { secret } = await signIn(world.directory, attempt('ben'));
  const disabled = { username: 'ben', enabled: false, profile: {} };
  await changeMember(world.session(), id, () => disabled);
  expect(await authenticateSession(world.directory, secret)).toBeUndefined();
  await expect(signIn(world.directory, attempt('ben'))).rejects.toMatchObject({
    code: 'invalid-credentials',
  });
  await changeMember(world.session(), id, () => ({ ...disabled, enabled: true }));
  // Enabled again, but the old session stays dead.
  expect(await authenticateSession(world.directory, secret)).toBeUndefined();
  await signIn(world.directory, attempt('ben'));
});

test('a session ends when nobody uses it, and after half a day in any case', async () => {
  await memberWithPassword('cleo');
  const { secret } = await signIn(world.directory, attempt('cleo'));
  const start = now;
  const after = (minutes: number) => {
    now = new Date(start.getTime() + minutes * 60_000);
    return authenticateSession(world.directory, secret);
  };
  try {
    for (let minutes = 20; minutes < 12 * 60; minutes += 20) {
      expect(await after(minutes), `${minutes}`).toBeDefined();
    }
    expect(await after(12 * 60)).toBeUndefined();
    const idle = await signIn(world.directory, attempt('cleo'));
    now = new Date(now.getTime() + 31 * 60_000);
    expect(await authenticateSession(world.directory, idle.secret)).toBeUndefined();
  } finally {
    now = start;
  }
});

test('a sign-in that was proven with a password just replaced opens nothing', async () => {
  await memberWithPassword('eve');
  const { directory } = world;
  const newPassword = 'another horse, another battery';
  // The password is changed between the proof and the session.
  const late = {
    ...directory,
    passwords: {
      ...directory.passwords,
      verify: async (stored: string | undefined, given: string) => {
        const matches = await directory.passwords.verify(stored, given);
        const own = { ...attempt('eve'), newPassword };
        await changeOwnPassword(directory, own, { texts: plainTexts });
        return matches;
      },
    },
  };
  await expect(signIn(late, attempt('eve'))).rejects.toMatchObject({ code: 'invalid-credentials' });
  await signIn(directory, attempt('eve', newPassword));
});

test('failures slow an account down from everywhere, and say for how long', async () => {
  await memberWithPassword('dora');
  for (let failure = 0; failure < 5; failure++) {
    await expect(signIn(world.directory, attempt('dora', 'wrong'))).rejects.toMatchObject({
      code: 'invalid-credentials',
    });
  }
  await expect(signIn(world.directory, attempt('dora'))).rejects.toMatchObject({
    code: 'slow-down',
    retryAfterSeconds: 1,
  });
  now = new Date(now.getTime() + 1000);
  await signIn(world.directory, attempt('dora'));
});

test('credentials of the first run open what they are for, and nothing else', async () => {
  const { scimToken, apiKey, ldapPassword, organization } = world.made;
  const scim = await authenticateScimToken(world.directory, scimToken);
  expect(scim?.session.organization).toEqual(organization);
  expect(scim?.session.permissions.has('tokens:write')).toBe(false);
  expect(await authenticateScimToken(world.directory, apiKey)).toBeUndefined();
  expect(await authenticateApiKey(world.directory, scimToken)).toBeUndefined();
  expect(await authenticateApiKey(world.directory, '')).toBeUndefined();
  const bind = (name: string, secret: string) =>
    verifyServiceAccount(world.directory, {
      organization: organization.id,
      name,
      secret,
      address: '192.0.200.1',
    });
  expect(await bind('Bootstrap', ldapPassword)).toEqual(expect.any(String));
  const refusal = { code: 'invalid-credentials' };
  await expect(bind('bootstrap', 'wrong')).rejects.toMatchObject(refusal);
  await expect(bind('grafana', ldapPassword)).rejects.toMatchObject(refusal);
});
