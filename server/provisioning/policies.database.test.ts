import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainTexts } from '../../test/support/plain-texts.ts';
import { openScimApi, type ScimApi } from '../../test/support/scim-api.ts';
import { patchOf } from '../../test/support/scim-client.ts';
import {
  type ClaimedMail,
  changeSettings,
  claimDueMail,
  completePasswordReset,
  createDepartment,
  departmentTree,
  editMember,
  getMember,
} from '../directory/index.ts';
import { enterpriseUserUrn, rosterUserUrn } from './schemas.ts';

// What an organization lets its identity provider decide: departments, and the link that activates.

let api: ScimApi;
beforeAll(async () => {
  api = await openScimApi();
});
afterAll(() => api.close());

const set = (settings: Parameters<typeof changeSettings>[1]) =>
  changeSettings(api.world.session(), settings, { instanceSuffix: 'dc=directory,dc=local' });
const user = (userName: string, department?: string, more = {}) => ({
  userName,
  ...(department === undefined ? {} : { [enterpriseUserUrn]: { department } }),
  ...more,
});
const post = async (body: unknown) => {
  const answer = await api.scim('POST', '/Users', body);
  expect(answer.status).toBe(201);
  return answer.body;
};
const placesOf = (body: Record<string, { departments: { display: string }[] }>) =>
  body[rosterUserUrn]?.departments.map(({ display }) => display);
const names = async () => (await departmentTree(api.world.session())).map(({ name }) => name);

test('departments do not follow where nobody said so', async () => {
  expect(placesOf(await post(user('abel', 'Platform')))).toEqual(['Acme']);
  expect(await names()).toEqual(['Acme']);
});

test('the primary department follows the provider, by name or path, and is made where it is missing', async () => {
  await set({ departmentsFollowScim: true });
  const session = api.world.session();
  const [root] = await departmentTree(session);
  const north = await createDepartment(session, { name: 'North', parentId: root?.id ?? '' });
  await createDepartment(session, { name: 'Sales', parentId: north.id });
  const anna = await post(user('anna', 'Platform'));
  expect(placesOf(anna)).toEqual(['Platform']);
  expect(placesOf(await post(user('ben', ' platform ')))).toEqual(['Platform']);
  expect(placesOf(await post(user('cleo', 'North/Sales')))).toEqual(['Sales']);
  expect(await names()).toEqual(['Acme', 'North', 'Sales', 'Platform']);

  const patch = (...operations: unknown[]) =>
    api.scim('PATCH', `/Users/${anna.id}`, patchOf(...operations));
  const department = `${enterpriseUserUrn}:department`;
  await patch({ op: 'add', path: `${rosterUserUrn}:departments`, value: [{ value: north.id }] });
  const moved = await patch({ op: 'replace', path: department, value: 'Sales' });
  expect(placesOf(moved.body)).toEqual(['Sales', 'North']);
  // What it is in already becomes the primary one.
  expect(placesOf((await patch({ op: 'replace', path: department, value: 'North' })).body)).toEqual(
    ['North'],
  );
  // Only what the provider changes moves anybody: an administrator's move stays.
  await editMember(session, anna.id, { departments: [root?.id ?? ''] });
  expect(placesOf((await patch({ op: 'replace', path: 'title', value: 'Boss' })).body)).toEqual([
    'Acme',
  ]);
  expect(placesOf((await patch({ op: 'remove', path: department })).body)).toEqual(['Acme']);
});

test('of many who bring a new department at once, one makes it', async () => {
  await set({ departmentsFollowScim: true });
  const made = await Promise.all(
    Array.from({ length: 8 }, (_, index) => post(user(`user${index}`, 'New'))),
  );
  expect(made.map(placesOf)).toEqual(Array(8).fill(['New']));
  expect((await names()).filter((name) => name === 'New')).toHaveLength(1);
});

test('a department that cannot be is refused by name, and nobody is made', async () => {
  await set({ departmentsFollowScim: true });
  const { status, body } = await api.scim('POST', '/Users', user('nobody', 'x'.repeat(300)));
  expect([status, body.scimType]).toEqual([400, 'invalidValue']);
  expect(
    (await api.scim('GET', '/Users?filter=userName%20eq%20%22nobody%22')).body.totalResults,
  ).toBe(0);
});

/** The mails that were written since the last look. */
async function mails(): Promise<ClaimedMail[]> {
  const found: ClaimedMail[] = [];
  for (;;) {
    const mail = await claimDueMail(
      api.world.directory.entityManager(),
      new Date(Date.now() + 1_000),
    );
    if (mail === undefined) return found;
    found.push(mail);
  }
}
const emails = (value: string) => ({ emails: [{ value, type: 'work' }] });

test('who comes without a password is mailed one link, where the organization wants that', async () => {
  await set({ departmentsFollowScim: false, activationMail: false });
  await mails();
  await post(user('early', undefined, emails('early@acme.example')));
  await set({ activationMail: true });
  await post(user('emma', undefined, { ...emails('anna@acme.example'), displayName: 'Anna' }));
  await post(
    user('finn', undefined, { ...emails('ben@acme.example'), password: 'a password of Ben' }),
  );
  await post(user('greta'));
  const sent = await mails();
  expect(sent.map(({ to, subject }) => [to.address, subject])).toEqual([
    ['anna@acme.example', 'Activate'],
  ]);
  const token = sent[0]?.text.split('#')[1] ?? '';
  expect(sent[0]?.text).toMatch(/^http:\/\/roster.example\/reset#/);
  const choice = { token, password: 'correct horse battery staple' };
  await completePasswordReset(api.world.directory, choice, { texts: plainTexts });
});

test('who comes switched off is mailed when switched on for the first time, and never again', async () => {
  await set({ activationMail: true });
  await mails();
  const dora = await post(
    user('dora', undefined, { ...emails('dora@acme.example'), active: false }),
  );
  expect(await mails()).toEqual([]);
  const active = (value: boolean) =>
    api.scim('PATCH', `/Users/${dora.id}`, patchOf({ op: 'replace', path: 'active', value }));
  await active(true);
  expect(await mails()).toHaveLength(1);
  await active(false);
  await active(true);
  expect(await mails()).toEqual([]);
  expect((await getMember(api.world.session(), dora.id)).status).toBe('enabled');
});

test('a shared address is not flooded, and provisioning goes on', async () => {
  await set({ activationMail: true });
  await mails();
  for (let index = 0; index < 8; index++) {
    await post(user(`shared${index}`, undefined, emails('team@acme.example')));
  }
  expect(await mails()).toHaveLength(5);
});
