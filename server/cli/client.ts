import { NoAnswer, Refusal } from './command-error.ts';

/** The admin API as commands call it. */
export interface Client {
  get<T>(path: string): Promise<T>;
  /** @param method of a write; what it answers, undefined for nothing */
  send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** A POST that is done once under its key (`Idempotency-Key`), however often it is sent within a day. */
  sendOnce<T>(path: string, body: unknown, key: string): Promise<T>;
  /** The body of an answer, piece by piece. */
  stream(path: string): AsyncIterable<Uint8Array>;
}

interface Problem {
  type?: string;
  title?: string;
  detail?: string;
  errors?: { field: string }[];
}

/**
 * @param url where Roster is
 * @param key a bearer token
 */
export function connect(url: string, key: string): Client {
  const call = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(new URL(`/api/v1${path}`, url), {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${key}` },
    }).catch((error: Error) => {
      throw new NoAnswer(`${url} does not answer: ${causeOf(error)}`);
    });
    if (response.ok) return response;
    const { status, headers } = response;
    const problem = await problemOf(response);
    const isReplayed = headers.get('idempotent-replayed') === 'true';
    throw new Refusal(tell(status, problem), { status, type: problem.type, isReplayed });
  };
  const sendJson = async (method: string, path: string, body: unknown, headers = {}) => {
    const response = await call(path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { ...headers, 'content-type': 'application/json' },
      }),
    });
    const text = await response.text().catch((error: Error) => {
      throw new NoAnswer(`${url} ended amid its answer: ${causeOf(error)}`);
    });
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    get: async (path) => (await call(path)).json() as Promise<never>,
    send: (method, path, body) => sendJson(method, path, body),
    sendOnce: (path, body, key) => sendJson('POST', path, body, { 'idempotency-key': key }),
    stream: async function* (path) {
      yield* (await call(path)).body ?? [];
    },
  };
}

async function problemOf(response: Response): Promise<Problem> {
  return response.json().then(
    (problem) => problem as Problem,
    () => ({}),
  );
}

/** A problem in one line, with the fields at fault where the line does not name them. */
function tell(status: number, { title, detail, errors = [] }: Problem): string {
  const line = (detail ?? title ?? `status ${status}`).replace(/\s+/g, ' ');
  const unnamed = errors.map(({ field }) => field).filter((field) => !line.includes(field));
  return unnamed.length === 0 ? line : `${line} (${unnamed.join(', ')})`;
}

function causeOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
