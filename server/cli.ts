import { parseArgs } from 'node:util';

/**
 * `roster`: an administrator's command line, a client of the admin API.
 *
 * It reads ROSTER_URL (default http://127.0.0.1:8080) and ROSTER_API_KEY; for what only the operator of
 * the instance can do, ROSTER_OPERATOR_KEY.
 */
const usage = `Usage: roster COMMAND [options]

  members list [--search TEXT] [--status pending|enabled|disabled]   the members, a page at a time
  members export [--search TEXT] [--status …]                        the same as CSV, on standard output
  departments list                                                   the tree, with member counts
  organization show
  roles list
  mail list                                                          the outbox
  mail test ADDRESS                                                  tries the mail server

For the operator of the instance
  organizations list
  organizations create NAME --username TEXT [--slug TEXT] [--root-department TEXT]
      with its initial administrator, whose password is generated and told this once

Options
  --json      answers for machines, as the API gives them
  --url URL   where Roster is (or ROSTER_URL; default http://127.0.0.1:8080)
  The API key is read from ROSTER_API_KEY, the operator's key from ROSTER_OPERATOR_KEY.
`;

/** What went wrong, in one line, and the code to exit with. */
class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

interface Member {
  name: string;
  username: string | null;
  email: string | null;
  status: string;
}

interface Client {
  get(path: string): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
}

async function main(): Promise<void> {
  const { values, positionals } = parseCommand();
  if (values.help || positionals.length === 0) return print(usage);
  const keyName = positionals[0] === 'organizations' ? 'ROSTER_OPERATOR_KEY' : 'ROSTER_API_KEY';
  const client = connect(values.url ?? process.env.ROSTER_URL ?? 'http://127.0.0.1:8080', keyName);
  const query = new URLSearchParams();
  if (values.search !== undefined) query.set('search', values.search);
  if (values.status !== undefined) query.set('status', values.status);
  const [noun, verb, argument] = positionals;
  switch (`${noun} ${verb}`) {
    case 'members list':
      return listMembers(client, query, values.json);
    case 'members export':
      return streamTo(await client.get(`/members/export?${query}`));
    case 'departments list':
      return show(await client.get('/departments'), values.json, (answer) =>
        rowsOf(answer, 'departments').map(
          (department) => `${department.name} (${department.totalMemberCount})`,
        ),
      );
    case 'organization show':
      return show(await client.get('/organization'), values.json, (answer) => [
        `${answer.name} (${answer.slug})`,
      ]);
    case 'roles list':
      return show(await client.get('/roles'), values.json, (answer) =>
        rowsOf(answer, 'roles').map((role) => `${role.name} (${role.memberCount})`),
      );
    case 'organizations list':
      return show(await client.get('/organizations'), values.json, (answer) =>
        rowsOf(answer, 'organizations').map(
          (organization) => `${organization.slug}\t${organization.name}`,
        ),
      );
    case 'organizations create':
      if (argument === undefined || values.username === undefined) {
        throw new CommandError('organizations create needs a NAME and --username', 2);
      }
      return show(
        await client.post('/organizations', {
          name: argument,
          slug: values.slug,
          rootDepartment: values['root-department'],
          administrator: { username: values.username },
        }),
        values.json,
        (answer) => foundedLines(answer as unknown as Founded),
      );
    case 'mail list':
      return show(await client.get('/mail'), values.json, (answer) =>
        rowsOf(answer, 'items').map(
          (mail) => `${mail.state}\t${mail.to}\t${mail.subject}\t${mail.lastError ?? ''}`,
        ),
      );
    case 'mail test':
      if (argument === undefined) throw new CommandError('mail test needs an address', 2);
      return show(await client.post('/mail/test', { to: argument }), values.json, () => [
        'In the outbox; `roster mail list` tells what becomes of it.',
      ]);
    default:
      throw new CommandError(`There is no command "${positionals.join(' ')}".\n\n${usage}`, 2);
  }
}

function parseCommand() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        url: { type: 'string' },
        search: { type: 'string' },
        status: { type: 'string' },
        username: { type: 'string' },
        slug: { type: 'string' },
        'root-department': { type: 'string' },
      },
    });
  } catch (error) {
    throw new CommandError(`${(error as Error).message}\n\n${usage}`, 2);
  }
}

function connect(url: string, keyName: 'ROSTER_API_KEY' | 'ROSTER_OPERATOR_KEY'): Client {
  const key = process.env[keyName];
  if (!key) throw new CommandError(`${keyName} is not set`, 2);
  const call = async (path: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(new URL(`/api/v1${path}`, url), {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${key}` },
    }).catch((error: Error) => {
      throw new CommandError(`${url} does not answer: ${causeOf(error)}`);
    });
    if (!response.ok) {
      const problem = (await response.json().catch(() => ({}))) as {
        title?: string;
        detail?: string;
      };
      throw new CommandError(problem.detail ?? problem.title ?? `status ${response.status}`);
    }
    return response;
  };
  return {
    get: (path) => call(path, {}),
    post: (path, body) =>
      call(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
  };
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Walks all pages; `--json` prints one member a line. */
async function listMembers(client: Client, query: URLSearchParams, json: boolean): Promise<void> {
  query.set('limit', '200');
  for (;;) {
    const page = (await (await client.get(`/members?${query}`)).json()) as {
      items: Member[];
      nextCursor: string | null;
    };
    for (const member of page.items) {
      const { name, username, email, status } = member;
      print(
        json
          ? `${JSON.stringify(member)}\n`
          : `${status}\t${username ?? ''}\t${name}\t${email ?? ''}\n`,
      );
    }
    if (page.nextCursor === null) return;
    query.set('cursor', page.nextCursor);
  }
}

async function show(
  response: Response,
  json: boolean,
  lines: (answer: Record<string, unknown>) => string[],
): Promise<void> {
  const answer = (await response.json()) as Record<string, unknown>;
  print(json ? `${JSON.stringify(answer)}\n` : `${lines(answer).join('\n')}\n`);
}

interface Founded {
  organization: { slug: string };
  administrator: { username: string; password: string };
}

function foundedLines({ organization, administrator }: Founded): string[] {
  return [
    `Organization  ${organization.slug}`,
    `Username      ${administrator.username}`,
    `Password      ${administrator.password}`,
  ];
}

function rowsOf(answer: Record<string, unknown>, name: string): Record<string, unknown>[] {
  return answer[name] as Record<string, unknown>[];
}

async function streamTo(response: Response): Promise<void> {
  if (response.body === null) return;
  for await (const chunk of response.body) process.stdout.write(chunk);
}

function print(text: string): void {
  process.stdout.write(text);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`roster: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
