import { type Call, type Command, given, row, showing } from './command.ts';
import { CommandError } from './command-error.ts';
import { type DepartmentRow, departmentId } from './names.ts';

type Department = Pick<DepartmentRow, 'id' | 'name'>;

const line = ({ id, name }: Department) => [row(name, id)];
const pathOf = async ({ client, arguments: [name = ''] }: Call, rest = '') =>
  `/departments/${await departmentId(client, name)}${rest}`;
const idOf = async ({ client }: Call, name: string | undefined) =>
  name === undefined ? undefined : await departmentId(client, name);

function positionOf({ options: { position } }: Call): number | undefined {
  if (position === undefined) return undefined;
  if (!/^\d+$/.test(position)) throw new CommandError('--position takes a number.', 2);
  return Number(position);
}

/** The tree, each department below its parent and to the right of it. */
function tree(departments: readonly DepartmentRow[]): string[] {
  const depths = new Map<string | null, number>([[null, -1]]);
  return departments.map(({ id, parentId, name, totalMemberCount }) => {
    const depth = (depths.get(parentId) ?? -1) + 1;
    depths.set(id, depth);
    return `${'  '.repeat(depth)}${name} (${totalMemberCount})`;
  });
}

export const departmentCommands: Command[] = [
  {
    name: 'departments list',
    summary: 'the tree, with how many members are in or below each',
    run: showing(
      ({ client }) => client.get<{ departments: DepartmentRow[] }>('/departments'),
      ({ departments }) => tree(departments),
    ),
  },
  {
    name: 'departments create',
    summary: 'below one department, or beside one',
    arguments: ['NAME'],
    options: ['below', 'beside', 'position'],
    run: showing(async (call) => {
      const { below, beside } = call.options;
      if ((below === undefined) === (beside === undefined)) {
        throw new CommandError('departments create needs --below or --beside.', 2);
      }
      const body = {
        name: call.arguments[0],
        parentId: await idOf(call, below),
        besideId: await idOf(call, beside),
        position: positionOf(call),
      };
      return call.client.send<Department>('POST', '/departments', given(body));
    }, line),
  },
  {
    name: 'departments rename',
    summary: 'gives a department another name',
    arguments: ['DEPARTMENT', 'NAME'],
    run: showing(async (call) => {
      const [, name] = call.arguments;
      return call.client.send<Department>('PATCH', await pathOf(call), { name });
    }, line),
  },
  {
    name: 'departments move',
    summary: 'below another department, or to another place among its siblings',
    arguments: ['DEPARTMENT'],
    options: ['below', 'position'],
    run: showing(async (call) => {
      const place = given({
        parentId: await idOf(call, call.options.below),
        position: positionOf(call),
      });
      if (place === undefined) {
        throw new CommandError('departments move needs --below or --position.', 2);
      }
      return call.client.send<Department>('PATCH', await pathOf(call), place);
    }, line),
  },
  {
    name: 'departments delete',
    summary: 'deletes a department that is empty',
    arguments: ['DEPARTMENT'],
    run: showing(
      async (call) => call.client.send<undefined>('DELETE', await pathOf(call)),
      () => [],
    ),
  },
  {
    name: 'departments transfer',
    summary: 'brings all members of a department into another',
    arguments: ['DEPARTMENT'],
    options: ['to'],
    needed: ['to'],
    run: showing(
      async (call) => {
        const body = { to: await idOf(call, call.options.to) };
        return call.client.send<{ moved: number }>('POST', await pathOf(call, '/transfer'), body);
      },
      ({ moved }) => [`${moved} moved`],
    ),
  },
];
