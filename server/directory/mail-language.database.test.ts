import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import {
  acceptInvitation,
  changeOwnPassword,
  changeSettings,
  completePasswordReset,
  createPasswordReset,
  departmentTree,
  inviteMember,
  inviteNewMember,
  type Language,
  listMail,
  listRoles,
  type MailTexts,
} from './index.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

let link = '';
const written = (what: string) => (facts: object, language: Language) => {
  if ('link' in facts) link = String(facts.link);
  return { subject: `${what} ${language}`, text: '', html: '' };
};
const texts: MailTexts = {
  invitation: written('invitation'),
  passwordReset: written('reset'),
  passwordChanged: written('changed'),
  activation: written('activation'),
};
const correspondence = { publicUrl: 'http://roster.example', texts };
const token = () => link.split('#')[1] ?? '';

test("mails are in the organization's language, unless somebody says another", async () => {
  const session = world.session();
  await changeSettings(session, { language: 'zh-CN' }, { instanceSuffix: 'dc=directory' });
  const [root] = await departmentTree(session);
  const role = (await listRoles(session)).find(({ name }) => name === 'Member');
  const { member } = await inviteNewMember(
    session,
    {
      name: '张三',
      departments: [root?.id ?? ''],
      roles: [role?.id ?? ''],
      delivery: { by: 'mail', email: 'zhang@acme.example', language: 'en' },
    },
    correspondence,
  );
  await inviteMember(session, member.id, { by: 'mail' }, correspondence);
  const password = 'correct horse battery';
  await acceptInvitation(world.directory, {
    token: token(),
    account: { kind: 'register', username: 'zhang', password },
  });
  await createPasswordReset(session, member.id, correspondence);
  const second = `${password} staple`;
  await completePasswordReset(
    world.directory,
    { token: token(), password: second },
    correspondence,
  );
  await changeOwnPassword(
    world.directory,
    {
      organization: 'acme',
      username: 'zhang',
      address: '127.0.0.1',
      password: second,
      newPassword: `${password} paper`,
    },
    correspondence,
  );
  const subjects = (await listMail(session)).map(({ subject }) => subject);
  expect(subjects.toSorted()).toEqual([
    'changed zh-CN',
    'changed zh-CN',
    'invitation en',
    'invitation zh-CN',
    'reset zh-CN',
  ]);
});
