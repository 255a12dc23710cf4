import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { plainTexts } from '../../test/support/plain-texts.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import {
  answerOnce,
  authenticateApiKey,
  changeSettings,
  completePasswordReset,
  createEventStream,
  createMember,
  createOrganization,
  createPasswordReset,
  type DirectorySession,
  departmentTree,
  forgetTheOld,
  inviteNewMember,
  listRoles,
  lookUpInvitation,
  mintWidgetToken,
  publicSigningKeys,
  securityEventUris,
  sendTestMail,
  signIn,
  signingKey,
  systemSession,
} from './index.ts';

const dayMs = 24 * 60 * 60_000;
const start = Date.parse('2024-03-01T00:00:00Z');
let now = new Date(start);
let world: World;
beforeAll(async () => {
  world = await openWorld({ now: () => now });
});
afterAll(() => world.close());
beforeEach(() => forgetTheOld(world.directory));

const afterDays = (days: number) => {
  now = new Date(now.getTime() + days * dayMs);
};
const nothing = {
  signInSessions: 0,
  widgetTokens: 0,
  keptAnswers: 0,
  passwordResets: 0,
  invitationLinks: 0,
  changes: 0,
  mails: 0,
  webhookDeliveries: 0,
  securityEvents: 0,
  signingKeys: 0,
  auditEvents: 0,
};
const correspondence = { publicUrl: 'http://roster.example', texts: plainTexts };
const run = (statement: string) =>
  sql.raw(statement).execute(world.database.entityManager().getKysely());
const count = async (table: string, condition = 'true') =>
  (await run(`select 1 from ${table} where ${condition}`)).rows.length;

let names = 0;
const newMember = () =>
  createMember(world.session(), { username: `member${++names}`, enabled: true, profile: {} });

test('sessions go when they are over, not before', async () => {
  const credentials = { organization: 'acme', username: 'admin', address: '127.0.0.1' };
  await signIn(world.directory, { ...credentials, password: world.made.password });
  expect(await forgetTheOld(world.directory)).toEqual(nothing);
  afterDays(1 / 24);
  await signIn(world.directory, { ...credentials, password: world.made.password });
  expect(await forgetTheOld(world.directory)).toEqual({ ...nothing, signInSessions: 1 });
  expect(await count('sign_in_session')).toBe(1);
});

test('widget tokens go when they are over, not before', async () => {
  const origin = 'https://app.example';
  const instance = { instanceSuffix: 'dc=directory,dc=local' };
  await changeSettings(world.session(), { embeddingOrigins: [origin] }, instance);
  const backEnd = await authenticateApiKey(world.directory, world.made.apiKey);
  if (backEnd === undefined) throw new Error('The first key is unknown.');
  await mintWidgetToken(backEnd, { member: 'admin', origin, lifetimeSeconds: 600 });
  expect(await forgetTheOld(world.directory)).toEqual(nothing);
  afterDays(1 / 24);
  expect(await forgetTheOld(world.directory)).toMatchObject({ widgetTokens: 1 });
});

test('links go a month after their end; what became of an invitation stays', async () => {
  const { id } = await newMember();
  const { link: reset } = await createPasswordReset(world.session(), id, correspondence);
  const [root] = await departmentTree(world.session());
  const role = (await listRoles(world.session())).find(({ name }) => name === 'Member');
  const { link } = await inviteNewMember(
    world.session(),
    {
      name: 'Dora',
      departments: [root?.id ?? ''],
      roles: [role?.id ?? ''],
      delivery: { by: 'link' },
    },
    correspondence,
  );
  const token = link?.split('#')[1] ?? '';
  afterDays(29);
  expect(await forgetTheOld(world.directory)).toMatchObject({ passwordResets: 0 });
  await expect(lookUpInvitation(world.directory, token)).rejects.toMatchObject({
    code: 'link-expired',
  });
  afterDays(5);
  expect(await forgetTheOld(world.directory)).toMatchObject({
    passwordResets: 1,
    invitationLinks: 1,
  });
  await expect(lookUpInvitation(world.directory, token)).rejects.toMatchObject({
    code: 'not-found',
  });
  await expect(
    completePasswordReset(
      world.directory,
      { token: reset?.split('#')[1] ?? '', password: 'a good long password' },
      correspondence,
    ),
  ).rejects.toMatchObject({ code: 'not-found' });
  expect(await count('invitation', "state = 'pending' and token_hash is null")).toBe(1);
});

test('changes go after a month, mails after three, audit events after a year', async () => {
  for (let made = 0; made < 3; made++) await newMember();
  await sendTestMail(
    world.session(),
    { address: 'sent@acme.example' },
    { subject: 'Sent', text: '' },
  );
  await run(`update outgoing_mail set state = 'sent' where subject = 'Sent'`);
  await sendTestMail(
    world.session(),
    { address: 'waits@acme.example' },
    { subject: 'Waits', text: '' },
  );
  const events = await count('audit_event');
  afterDays(29);
  await newMember();
  expect(await forgetTheOld(world.directory)).toEqual(nothing);
  afterDays(2);
  expect(await forgetTheOld(world.directory)).toEqual({ ...nothing, changes: 3 });
  expect(await count('change')).toBe(1);
  afterDays(70);
  expect(await forgetTheOld(world.directory)).toEqual({ ...nothing, changes: 1, mails: 1 });
  expect(await count('outgoing_mail')).toBe(1);
  expect(await count('audit_event')).toBe(events + 1);
  afterDays(265);
  expect(await forgetTheOld(world.directory)).toEqual({ ...nothing, auditEvents: events });
  expect(await count('audit_event')).toBe(1);
});

test('more than one batch goes, of every organization, and not a row more', async () => {
  const em = world.database.entityManager();
  const other = systemSession(em, await createOrganization(em, { name: 'Other', now }), { now });
  for (const organization of [world.made.organization.id, other.organization.id]) {
    await run(`
      insert into audit_event (organization_id, id, at, action, subject, subject_id, actor_kind,
        actor_name, fields)
      select '${organization}', ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid,
        '2001-01-01', 'member.updated', 'member', gen_random_uuid(), 'system', 'Old', '{}'
      from generate_series(1, 1100) n`);
    await run(`
      insert into change (organization_id, subject, subject_id, kind, actor, at)
      select '${organization}', 'member', gen_random_uuid(), 'updated', '{}', '2001-01-01'
      from generate_series(1, 1100)`);
  }
  const [events, changes] = [await count('audit_event'), await count('change')];
  expect(await forgetTheOld(world.directory)).toMatchObject({ auditEvents: 2200, changes: 2200 });
  expect(await count('audit_event')).toBe(events - 2200);
  expect(await count('change')).toBe(changes - 2200);
});

test('security events go after a week, acknowledged or not; the oldest beyond 100,000 go before', async () => {
  const { id } = await createEventStream(
    world.session(),
    world.directory,
    {
      method: 'poll',
      audience: 'https://receiver.example',
      events: securityEventUris,
      description: '',
      enabled: true,
    },
    { allowPrivate: false },
  );
  const insert = (from: number, to: number, state: string) =>
    run(`
      insert into security_event
        (organization_id, id, stream_id, change, payload, state, due_at, created_at)
      select '${world.made.organization.id}', gen_random_uuid(), '${id}', n, '{}', '${state}',
        '${now.toISOString()}', '${now.toISOString()}'
      from generate_series(${from}, ${to}) n`);
  await insert(1, 3, 'queued');
  await insert(4, 5, 'delivered');
  expect(await forgetTheOld(world.directory)).toMatchObject({ securityEvents: 0 });
  afterDays(8);
  expect(await forgetTheOld(world.directory)).toMatchObject({ securityEvents: 5 });
  await insert(6, 100_007, 'queued');
  expect(await forgetTheOld(world.directory)).toMatchObject({ securityEvents: 2 });
  expect(await count('security_event', 'change <= 7')).toBe(0);
  expect(await count('security_event')).toBe(100_000);
}, 60_000);

test('a key goes a month after another signs in its place, and never the last one', async () => {
  const first = await signingKey(world.directory);
  afterDays(100);
  expect((await signingKey(world.directory)).id).toBe(first.id);
  expect(await count('signing_key')).toBe(2);
  afterDays(2);
  const second = await signingKey(world.directory);
  expect(second.id).not.toBe(first.id);
  expect(await forgetTheOld(world.directory)).toMatchObject({ signingKeys: 0 });
  afterDays(30);
  expect(await forgetTheOld(world.directory)).toMatchObject({ signingKeys: 1 });
  const published = await publicSigningKeys(world.directory.entityManager());
  expect(published.map(({ id }) => id)).toEqual([second.id]);
  afterDays(1000);
  expect(await forgetTheOld(world.directory)).toMatchObject({ signingKeys: 0 });
});

test('kept answers go after a day, of every organization', async () => {
  const em = world.database.entityManager();
  const other = systemSession(em, await createOrganization(em, { name: 'Kept', now }), { now });
  const keep = (session: DirectorySession) =>
    answerOnce(session, { key: 'once', content: Buffer.from('x') }, async () => Buffer.from('y'));
  for (const session of [world.session(), other]) await keep(session);
  afterDays(0.9);
  expect(await forgetTheOld(world.directory)).toEqual(nothing);
  afterDays(0.1);
  expect(await forgetTheOld(world.directory)).toEqual({ ...nothing, keptAnswers: 2 });
});
