import { type Call, type Command, given, row, showing } from './command.ts';
import { roleId } from './names.ts';

interface Role {
  id: string;
  name: string;
  permissions: string[];
  memberCount: number;
}

const line = ({ name, permissions }: Role) => row(name, permissions.join(' '));
const pathOf = async ({ client, arguments: [name = ''] }: Call) =>
  `/roles/${await roleId(client, name)}`;

export const roleCommands: Command[] = [
  {
    name: 'roles list',
    summary: 'the roles, with how many members hold each',
    run: showing(
      ({ client }) => client.get<{ roles: Role[] }>('/roles'),
      ({ roles }) => roles.map(({ name, memberCount }) => `${name} (${memberCount})`),
    ),
  },
  {
    name: 'roles show',
    summary: 'one role, with what it allows',
    arguments: ['ROLE'],
    run: showing(
      async (call) => call.client.get<Role>(await pathOf(call)),
      ({ permissions }) => permissions,
    ),
  },
  {
    name: 'roles create',
    summary: 'a role of the organization',
    arguments: ['NAME'],
    options: ['permission'],
    run: showing(
      ({ client, arguments: [name], options: { permission = [] } }) =>
        client.send<Role>('POST', '/roles', { name, permissions: permission }),
      (role) => [line(role)],
    ),
  },
  {
    name: 'roles edit',
    summary: 'gives a role another name, or exactly these permissions',
    arguments: ['ROLE'],
    options: ['name', 'permission'],
    run: showing(
      async (call) => {
        const { name, permission } = call.options;
        const change = given({ name, permissions: permission }) ?? {};
        return call.client.send<Role>('PATCH', await pathOf(call), change);
      },
      (role) => [line(role)],
    ),
  },
  {
    name: 'roles delete',
    summary: 'deletes a role that nobody holds',
    arguments: ['ROLE'],
    run: showing(
      async (call) => call.client.send<undefined>('DELETE', await pathOf(call)),
      () => [],
    ),
  },
];
