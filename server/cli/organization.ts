import type { Client } from './client.ts';
import { type Command, row, showing } from './command.ts';
import { CommandError } from './command-error.ts';
import { memberId } from './names.ts';

interface Organization {
  name: string;
  slug: string;
  settings: Record<string, unknown>;
}

interface Founded {
  organization: { slug: string };
  administrator: { username: string; password: string };
}

const read = (client: Client) => client.get<Organization>('/organization');
const title = ({ name, slug }: Organization) => [`${name} (${slug})`];
const settings = ({ settings: set }: Organization) =>
  Object.entries(set).map(([name, value]) => row(name, shown(value)));

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  if (value !== null && typeof value === 'object') return String((value as { name?: string }).name);
  return value === null ? 'none' : String(value);
}

/** A setting as the API takes it: of the type that it has now. */
async function settingFrom(
  client: Client,
  name: string,
  text: string,
  now: unknown,
): Promise<unknown> {
  if (Array.isArray(now)) return text === '' || text === 'none' ? [] : text.split(/\s*,\s*/);
  if (typeof now === 'number') {
    if (!/^-?\d+$/.test(text)) throw new CommandError(`${name} takes a number.`, 2);
    return Number(text);
  }
  if (text === 'none') return null;
  return name === 'defaultHeir' ? memberId(client, text) : text;
}

export const organizationCommands: Command[] = [
  {
    name: 'organization show',
    summary: 'its name',
    run: showing(({ client }) => read(client), title),
  },
  {
    name: 'organization rename',
    summary: 'gives it another name',
    arguments: ['NAME'],
    run: showing(
      ({ client, arguments: [name] }) =>
        client.send<Organization>('PATCH', '/organization', { name }),
      title,
    ),
  },
  {
    name: 'organization settings get',
    summary: 'its settings, one a line',
    run: showing(({ client }) => read(client), settings),
  },
  {
    name: 'organization settings set',
    summary: 'changes settings; "none" for no value, commas between several',
    arguments: ['NAME=VALUE…'],
    run: showing(async ({ client, arguments: pairs }) => {
      const { settings: now } = await read(client);
      const change: Record<string, unknown> = {};
      for (const pair of pairs) {
        const [, name, text] = /^(\w+)=(.*)$/s.exec(pair) ?? [];
        if (name === undefined || text === undefined || !Object.hasOwn(now, name)) {
          const known = Object.keys(now).join(', ');
          throw new CommandError(`"${pair}" sets nothing; the settings are ${known}.`, 2);
        }
        change[name] = await settingFrom(client, name, text, now[name]);
      }
      return client.send<Organization>('PATCH', '/organization/settings', change);
    }, settings),
  },
];

export const mailCommands: Command[] = [
  {
    name: 'mail list',
    summary: 'the newest mails of the outbox',
    run: showing(
      ({ client }) =>
        client.get<{
          items: { state: string; to: string; subject: string; lastError: string | null }[];
        }>('/mail'),
      ({ items }) => items.map((mail) => row(mail.state, mail.to, mail.subject, mail.lastError)),
    ),
  },
  {
    name: 'mail test',
    summary: 'tries the mail server',
    arguments: ['ADDRESS'],
    run: showing(
      ({ client, arguments: [to] }) => client.send<{ id: string }>('POST', '/mail/test', { to }),
      () => ['In the outbox; `roster mail list` tells what becomes of it.'],
    ),
  },
];

/** What only the operator of the instance can do. */
export const operatorCommands: Command[] = [
  {
    name: 'organizations list',
    summary: 'every organization of the instance',
    operator: true,
    run: showing(
      ({ client }) =>
        client.get<{ organizations: { slug: string; name: string }[] }>('/organizations'),
      ({ organizations }) => organizations.map(({ slug, name }) => row(slug, name)),
    ),
  },
  {
    name: 'organizations create',
    summary: 'with its initial administrator, whose password is made and told this once',
    arguments: ['NAME'],
    options: ['username', 'slug', 'root-department'],
    needed: ['username'],
    operator: true,
    run: showing(
      ({ client, arguments: [name], options }) =>
        client.send<Founded>('POST', '/organizations', {
          name,
          slug: options.slug,
          rootDepartment: options['root-department'],
          administrator: { username: options.username },
        }),
      ({ organization, administrator }) => [
        `Organization  ${organization.slug}`,
        `Username      ${administrator.username}`,
        `Password      ${administrator.password}`,
      ],
    ),
  },
];
