import { type Call, type Command, given, row, showing } from './command.ts';
import { CommandError } from './command-error.ts';
import { listedId } from './names.ts';
import type { OptionName } from './options.ts';

interface Credential {
  id: string;
  name: string;
  profile?: string;
  permissions?: string[];
  expiresAt?: string | null;
  lastUsedAt: string | null;
}

interface Issued extends Credential {
  secret: string;
}

const line = ({ id, name, profile, permissions, lastUsedAt, expiresAt }: Credential) =>
  row(
    name,
    profile ?? permissions?.join(' '),
    lastUsedAt === null ? 'never used' : `used ${lastUsedAt}`,
    expiresAt == null ? '' : `until ${expiresAt}`,
    id,
  );
const issued = (made: Issued) => [row(made.name, made.secret)];

/** What the three kinds have in common. The secret is told this once. */
function credentialCommands({
  noun,
  kind,
  argument,
  meaning,
  options,
  needed = [],
  body,
}: {
  /** As it stands in the API's paths, too. */
  noun: string;
  kind: string;
  argument: string;
  meaning: string;
  options: OptionName[];
  needed?: OptionName[];
  body: (call: Call) => Record<string, unknown>;
}): Command[] {
  return [
    {
      name: `${noun} list`,
      summary: meaning,
      run: showing(
        ({ client }) => client.get<{ items: Credential[] }>(`/${noun}`),
        ({ items }) => items.map(line),
      ),
    },
    {
      name: `${noun} create`,
      summary: 'its secret is told this once',
      arguments: ['NAME'],
      options,
      needed,
      run: showing(
        (call) =>
          call.client.send<Issued>(
            'POST',
            `/${noun}`,
            given({ name: call.arguments[0], ...body(call) }),
          ),
        issued,
      ),
    },
    {
      name: `${noun} delete`,
      summary: 'ends it at once',
      arguments: [argument],
      run: showing(
        async ({ client, arguments: [name = ''] }) =>
          client.send<undefined>(
            'DELETE',
            `/${noun}/${await listedId(client, `/${noun}`, kind, name)}`,
          ),
        () => [],
      ),
    },
  ];
}

const rotation: Command = {
  name: 'scim-tokens rotate',
  summary: 'gives it a new secret; the present one stays good for a while',
  arguments: ['TOKEN'],
  options: ['overlap-hours', 'expires'],
  run: showing(async ({ client, arguments: [name = ''], options }) => {
    const id = await listedId(client, '/scim-tokens', 'SCIM token', name);
    const hours = options['overlap-hours'];
    if (hours !== undefined && !/^\d+(\.\d+)?$/.test(hours)) {
      throw new CommandError('--overlap-hours takes a number.', 2);
    }
    const overlapHours = hours === undefined ? undefined : Number(hours);
    const wishes = given({ overlapHours, expiresAt: options.expires }) ?? {};
    return client.send<Issued>('POST', `/scim-tokens/${id}/rotate`, wishes);
  }, issued),
};

export const scimTokenCommands: Command[] = [
  ...credentialCommands({
    noun: 'scim-tokens',
    kind: 'SCIM token',
    argument: 'TOKEN',
    meaning: 'what identity providers write with',
    options: ['profile', 'scope', 'expires'],
    body: ({ options: { profile, scope, expires } }) => ({
      profile,
      scopes: scope,
      expiresAt: expires,
    }),
  }),
  rotation,
];

export const apiKeyCommands = credentialCommands({
  noun: 'api-keys',
  kind: 'API key',
  argument: 'KEY',
  meaning: "what products' back ends call the API with",
  options: ['permission', 'expires'],
  needed: ['permission'],
  body: ({ options: { permission, expires } }) => ({ permissions: permission, expiresAt: expires }),
});

export const serviceAccountCommands = credentialCommands({
  noun: 'service-accounts',
  kind: 'service account',
  argument: 'ACCOUNT',
  meaning: 'what legacy applications bind with over LDAP',
  options: [],
  body: () => ({}),
});
