import { randomBytes } from 'node:crypto';
import type { Client } from './client.ts';
import { type Call, type Command, given, row, showing } from './command.ts';
import {
  departmentId,
  everyMember,
  type MemberRow,
  memberId,
  roleId,
  rootDepartment,
} from './names.ts';

interface Details extends MemberRow {
  departments: { name: string }[];
  roles: { name: string }[];
}

interface Issued {
  member: Details;
  link: string | null;
}

const line = ({ status, username, name, email }: MemberRow) => row(status, username, name, email);
const details = (member: Details) => [
  row('Name', member.name),
  row('Username', member.username),
  row('E-mail', member.email),
  row('Status', member.status),
  row('Departments', member.departments.map(({ name }) => name).join(', ')),
  row('Roles', member.roles.map(({ name }) => name).join(', ')),
  row('Id', member.id),
];
const invited = ({ member, link }: Issued) => [
  line(member),
  link ?? 'The link goes by mail; `roster mail list` tells what becomes of it.',
];

const pathOf = async ({ client, arguments: [name = ''] }: Call, rest = '') =>
  `/members/${await memberId(client, name)}${rest}`;

async function places({ client, options }: Call) {
  return {
    departments: options.department && (await every(client, options.department, departmentId)),
    roles: options.role && (await every(client, options.role, roleId)),
  };
}

/** Where nobody says: the root department, and the role Member. */
async function placesOfNew(call: Call) {
  const { departments, roles } = await places(call);
  return {
    departments: departments ?? [await rootDepartment(call.client)],
    roles: roles ?? [await roleId(call.client, 'Member')],
  };
}

async function every(
  client: Client,
  names: readonly string[],
  find: (client: Client, name: string) => Promise<string>,
): Promise<string[]> {
  const ids: string[] = [];
  for (const name of names) ids.push(await find(client, name));
  return ids;
}

const deliveryOf = ({ options: { email, language } }: Call) =>
  given({ by: email === undefined ? 'link' : 'mail', email, language });

export const memberCommands: Command[] = [
  {
    name: 'members list',
    summary: 'the members, one a line: status, username, name, e-mail',
    options: ['search', 'status'],
    run: async function* ({ client, options: { search, status } }) {
      for await (const member of everyMember(client, { search, status })) {
        yield { lines: [line(member)], json: member };
      }
    },
  },
  {
    name: 'members export',
    summary: 'the same as CSV',
    options: ['search', 'status'],
    run: async function* ({ client, options }) {
      const query = new URLSearchParams(given(options) as Record<string, string>);
      for await (const bytes of client.stream(`/members/export?${query}`)) yield { bytes };
    },
  },
  {
    name: 'members show',
    summary: 'one member',
    arguments: ['MEMBER'],
    run: showing(async (call) => call.client.get<Details>(await pathOf(call)), details),
  },
  {
    name: 'members add',
    summary: 'adds a member with a password, which is for the first sign-in and told this once',
    arguments: ['NAME'],
    options: ['username', 'password', 'email', 'department', 'role'],
    needed: ['username'],
    run: showing(
      async (call) => {
        const [name] = call.arguments;
        const { username, password: wanted, email } = call.options;
        const typed = wanted === '-' ? (await call.readInput()).replace(/\r?\n$/, '') : wanted;
        const password = typed ?? randomBytes(15).toString('base64url');
        const body = given({ name, username, password, email, ...(await placesOfNew(call)) });
        const member = await call.client.send<Details>('POST', '/members', body);
        return typed === undefined ? { ...member, password } : member;
      },
      (member: Details & { password?: string }) => [
        line(member),
        ...(member.password === undefined ? [] : [row('Password', member.password)]),
      ],
    ),
  },
  {
    name: 'members invite',
    summary: 'adds a pending member; the link is mailed with --email, else told this once',
    arguments: ['NAME'],
    options: ['email', 'language', 'department', 'role'],
    run: showing(async (call) => {
      const [name] = call.arguments;
      const body = { name, delivery: deliveryOf(call), ...(await placesOfNew(call)) };
      return call.client.send<Issued>('POST', '/invitations', body);
    }, invited),
  },
  {
    name: 'members edit',
    summary: 'changes what is given',
    arguments: ['MEMBER'],
    options: ['name', 'email', 'department', 'role'],
    run: showing(async (call) => {
      const { name, email } = call.options;
      const change = { name, email: email === '' ? null : email, ...(await places(call)) };
      return call.client.send<Details>('PATCH', await pathOf(call), given(change) ?? {});
    }, details),
  },
  ...(['disable', 'enable'] as const).map(
    (verb): Command => ({
      name: `members ${verb}`,
      summary: verb === 'disable' ? 'ends what the member is signed in to' : 'lets it in again',
      arguments: ['MEMBER'],
      run: showing(
        async (call) => call.client.send<Details>('POST', await pathOf(call, `/${verb}`)),
        (member) => [line(member)],
      ),
    }),
  ),
  {
    name: 'members remove',
    summary: 'removes a member; without --heir the default heir takes over',
    arguments: ['MEMBER'],
    options: ['heir'],
    run: showing(
      async (call) => {
        const { heir } = call.options;
        const query = heir === undefined ? '' : `?heir=${await memberId(call.client, heir)}`;
        await call.client.send('DELETE', await pathOf(call, query));
      },
      () => [],
    ),
  },
  {
    name: 'members reset-password',
    summary: 'makes a link that sets the password once; a self-owned account gets it by mail',
    arguments: ['MEMBER'],
    options: ['language'],
    run: showing(
      async (call) =>
        call.client.send<{ link: string | null; mailedTo: string | null; expiresAt: string }>(
          'POST',
          await pathOf(call, '/password-reset'),
          given({ language: call.options.language }),
        ),
      ({ link, mailedTo, expiresAt }) => [link ?? `Mailed to ${mailedTo}`, row('Until', expiresAt)],
    ),
  },
];

export const invitationCommands: Command[] = [
  {
    name: 'invitations renew',
    summary: 'invites a pending member again; the link before is void',
    arguments: ['MEMBER'],
    options: ['email', 'language'],
    run: showing(
      async (call) =>
        call.client.send<Issued>('POST', await pathOf(call, '/invitation'), deliveryOf(call)),
      invited,
    ),
  },
  {
    name: 'invitations revoke',
    summary: 'withdraws the invitation that waits for an answer',
    arguments: ['MEMBER'],
    run: showing(
      async (call) => call.client.send<Details>('DELETE', await pathOf(call, '/invitation')),
      (member) => [line(member)],
    ),
  },
];
