import { Agent, request } from 'node:http';

// The load: a process of its own, so that its work is not on the server's thread. It reads what to do
// as JSON from its arguments and answers with JSON.

export interface Load {
  url: string;
  token: string;
  /** `create`: POST /Users; the others: GET /Users by that attribute. */
  kind: 'create' | 'userName' | 'externalId';
  connections: number;
  /** Operations in all. */
  operations: number;
  /** Of the first user. */
  from: number;
  /** How many users there are to find. */
  population: number;
}

export interface LoadResult {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  failures: number;
}

export const userName = (index: number) => `user${index}@bench.example`;
export const externalId = (index: number) => `external-${index}`;

function userBody(index: number): string {
  return JSON.stringify({
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    externalId: externalId(index),
    userName: userName(index),
    displayName: `User ${index}`,
    name: { givenName: 'User', familyName: String(index) },
    emails: [{ value: userName(index), type: 'work', primary: true }],
    active: true,
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
      employeeNumber: String(index),
    },
  });
}

async function generate(load: Load): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
  const latencies: number[] = [];
  let next = 0;
  let failures = 0;
  const start = performance.now();
  const worker = async () => {
    while (next < load.operations) {
      const index = next++;
      const begun = performance.now();
      if (!(await operate(load, agent, index))) failures++;
      latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: load.connections }, worker));
  const seconds = (performance.now() - start) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { perSecond: load.operations / seconds, p50: at(0.5), p99: at(0.99), failures };
}

function operate(load: Load, agent: Agent, index: number): Promise<boolean> {
  if (load.kind === 'create')
    return send(load, agent, 'POST', '/Users', userBody(load.from + index));
  // Spread over the population, the same for every server.
  const user = ((load.from + index) * 7919) % load.population;
  const value = load.kind === 'userName' ? userName(user) : externalId(user);
  const filter = encodeURIComponent(`${load.kind} eq "${value}"`);
  return send(load, agent, 'GET', `/Users?filter=${filter}`);
}

function send(
  { url, token, kind }: Load,
  agent: Agent,
  method: string,
  path: string,
  body?: string,
): Promise<boolean> {
  return new Promise((resolve) => {
    const sent = request(`${url}${path}`, {
      agent,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/scim+json', 'content-length': Buffer.byteLength(body) }),
      },
    });
    sent.on('error', () => resolve(false));
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve(
          kind === 'create'
            ? response.statusCode === 201
            : response.statusCode === 200 && text.includes('"totalResults":1'),
        );
      });
    });
    sent.end(body);
  });
}

if (import.meta.main) {
  const result = await generate(JSON.parse(process.argv[2] ?? '{}'));
  process.stdout.write(JSON.stringify(result));
}
