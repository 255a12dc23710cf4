import fc from 'fast-check';
import {
  authenticateApiKey,
  changeSettings,
  createApiKey,
  createAppPassword,
  createDepartment,
  createEventStream,
  createGroup,
  createMember,
  createPasswordReset,
  createResource,
  createRole,
  createScimToken,
  createServiceAccount,
  createWebhook,
  type Directory,
  type DirectorySession,
  departmentTree,
  disableMember,
  foundOrganization,
  inviteNewMember,
  listRoles,
  mintWidgetToken,
  type OrganizationReference,
  permissions,
  queueSecurityEvents,
  recordScimUsage,
  securityEventUris,
  sendTestMail,
  signIn,
  systemSession,
  testWebhook,
} from '../../server/directory/index.ts';
import { securityEventTeller } from '../../server/provisioning/security-events.ts';
import { plainTexts } from './plain-texts.ts';

/** What stands in an organization: how much of everything, and under what names. */
export interface Furniture {
  departments: { name: string; below: number }[];
  members: { name: string; status: 'pending' | 'enabled' | 'disabled'; department: number }[];
  roles: { permissions: number }[];
  groups: { members: number[]; nested: boolean }[];
  mails: number;
}

/** Random furniture, of which there is at least one of everything. */
export const furniture: fc.Arbitrary<Furniture> = fc.record({
  departments: fc.array(fc.record({ name: text(), below: fc.nat() }), {
    minLength: 2,
    maxLength: 5,
  }),
  members: fc
    .array(
      fc.record({
        name: text(),
        status: fc.constantFrom('pending', 'enabled', 'disabled'),
        department: fc.nat(),
      }),
      { maxLength: 4 },
    )
    .map((more) => [
      { name: 'Waiting', status: 'pending' as const, department: 0 },
      { name: 'At work', status: 'enabled' as const, department: 1 },
      { name: 'Away', status: 'disabled' as const, department: 0 },
      ...more,
    ]),
  roles: fc.array(fc.record({ permissions: fc.nat(permissions.length) }), {
    minLength: 1,
    maxLength: 3,
  }),
  groups: fc.array(
    fc.record({ members: fc.array(fc.nat(), { maxLength: 3 }), nested: fc.boolean() }),
    { minLength: 2, maxLength: 3 },
  ),
  mails: fc.integer({ min: 1, max: 3 }),
});

function text(): fc.Arbitrary<string> {
  return fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
}

/** An organization with something of everything, and its keys. */
export interface FurnishedOrganization {
  organization: OrganizationReference;
  /** Stands in every name of it. */
  mark: string;
  session(): DirectorySession;
  administrator: { id: string; username: string; password: string };
  /** Of the administrator's browser. */
  cookie: string;
  apiKey: string;
  scimToken: string;
}

const assets = { name: 'Asset', shapes: { label: { type: 'text' } } } as const;

let organizations = 0;

/** Founds an organization and furnishes it. */
export async function furnish(
  directory: Directory,
  furniture: Furniture,
): Promise<FurnishedOrganization> {
  const mark = `marked${++organizations}x`;
  const founded = await foundOrganization(directory, {
    name: `Company ${mark}`,
    administrator: { username: `admin.${mark}`, email: `admin@${mark}.example` },
  });
  const { organization, administrator } = founded;
  const session = () => systemSession(directory.entityManager(), organization);
  const named = (name: string, index: number) =>
    `${name.replace(/[\p{Cc}\p{Cs}]/gu, '')} ${mark} ${index}`;

  const [root] = await departmentTree(session());
  const departments = [root?.id ?? ''];
  for (const [index, { name, below }] of furniture.departments.entries()) {
    const parentId = departments[below % departments.length] ?? '';
    const made = await createDepartment(session(), { name: named(name, index), parentId });
    departments.push(made.id);
  }
  for (const [index, role] of furniture.roles.entries()) {
    await createRole(session(), {
      name: named('Role', index),
      permissions: permissions.slice(0, role.permissions),
    });
  }
  const roles = (await listRoles(session())).filter(({ builtIn }) => builtIn !== 'administrator');
  const members: string[] = [];
  for (const [index, { name, status, department }] of furniture.members.entries()) {
    const places = {
      departments: [departments[department % departments.length] ?? ''],
      roles: [roles[index % roles.length]?.id ?? ''],
    };
    if (status === 'pending') {
      await inviteNewMember(
        session(),
        {
          name: named(name, index),
          ...places,
          delivery: { by: 'mail', email: `invited${index}@${mark}.example` },
        },
        { publicUrl: 'http://roster.example', texts: plainTexts },
      );
      continue;
    }
    const { id } = await createMember(session(), {
      username: `user${index}.${mark}`,
      displayName: named(name, index),
      externalId: `external-${index}-${mark}`,
      manager: administrator.id,
      enabled: true,
      profile: { emails: [{ value: `user${index}@${mark}.example` }] },
      ...places,
    });
    if (status === 'disabled') await disableMember(session(), id);
    else {
      await createPasswordReset(session(), id, { publicUrl: '', texts: plainTexts });
      const person = { kind: 'member', id, name } as const;
      await createAppPassword({ ...session(), actor: person }, { name: named('App', index) });
    }
    members.push(id);
  }
  const groups: string[] = [];
  for (const [index, group] of furniture.groups.entries()) {
    const inner = group.nested ? groups.slice(-1) : [];
    const add = [
      ...group.members.map((member) => members[member % members.length] ?? ''),
      ...inner,
    ];
    const made = await createGroup(
      session(),
      { displayName: named('Group', index), externalId: `group-${index}-${mark}` },
      [{ op: 'add', ids: [...new Set(add)] }],
    );
    groups.push(made.id);
  }
  for (let mail = 0; mail < furniture.mails; mail++) {
    const letter = { subject: `Test ${mark}`, text: `Test ${mark}` };
    await sendTestMail(session(), { address: `ops${mail}@${mark}.example` }, letter);
  }
  const { secret: apiKey } = await createApiKey(session(), { name: named('Key', 0), permissions });
  await embed(directory, session(), { apiKey, mark, member: administrator.username });
  const { id: tokenId, secret: scimToken } = await createScimToken(session(), {
    name: named('Token', 0),
    profile: 'lenient',
  });
  await createResource(session(), assets, {
    externalId: `asset-${mark}`,
    attributes: { label: named('Asset', 0) },
    attributesKey: { label: named('Asset', 0) },
    uniqueValues: [{ attribute: 'label', value: named('Asset', 0) }],
  });
  const request = { method: 'GET', path: '/Users', status: 200, detail: null };
  await recordScimUsage(directory.entityManager(), [
    {
      organizationId: organization.id,
      tokenId,
      tolerances: [{ tolerance: 'put', uses: 1, lastUsedAt: new Date() }],
      requests: [{ ...request, at: new Date() }],
    },
  ]);
  await tellOthers(directory, session, mark);
  await createServiceAccount(session(), directory, { name: `service.${mark}` });
  const inPerson = { kind: 'member', id: administrator.id, name: administrator.username } as const;
  await createAppPassword({ ...session(), actor: inPerson }, { name: named('Phone', 0) });
  const { secret: cookie } = await signIn(directory, {
    organization: organization.slug,
    username: administrator.username,
    password: administrator.password,
    address: '127.0.0.1',
  });
  return { organization, mark, session, administrator, cookie, apiKey, scimToken };
}

async function tellOthers(directory: Directory, session: () => DirectorySession, mark: string) {
  const url = `https://receiver.${mark}.example/`;
  const policy = { allowPrivate: false };
  const events = ['member.*'] as const;
  const webhook = await createWebhook(
    session(),
    directory,
    { url, description: `Hook ${mark}`, events, enabled: true },
    policy,
  );
  for (let delivery = 0; delivery < 2; delivery++) await testWebhook(session(), webhook.id);
  await createEventStream(
    session(),
    directory,
    {
      method: 'push',
      url,
      audience: url,
      events: securityEventUris,
      description: `Stream ${mark}`,
      enabled: true,
    },
    policy,
  );
  await createGroup(session(), { displayName: `Told ${mark}` });
  const tell = securityEventTeller(url);
  while (await queueSecurityEvents(directory.entityManager(), tell, directory.now()));
}

async function embed(
  directory: Directory,
  session: DirectorySession,
  { apiKey, mark, member }: { apiKey: string; mark: string; member: string },
): Promise<void> {
  const origin = `https://app.${mark}.example`;
  await changeSettings(session, { embeddingOrigins: [origin] }, { instanceSuffix: 'dc=example' });
  const backEnd = await authenticateApiKey(directory, apiKey);
  if (backEnd === undefined) throw new Error('A key that was just made is unknown.');
  await mintWidgetToken(backEnd, { member, origin });
}
