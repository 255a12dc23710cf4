import type { WebhookPolicy } from '../../server/directory/index.ts';
import { adminApi } from '../../server/http/application.ts';
import {
  type LiveChanges,
  type LiveChangesOptions,
  startLiveChanges,
} from '../../server/http/live-changes.ts';
import { toleranceWords } from '../../server/provisioning/tolerance-words.ts';
import { exportAuditCsv } from '../../server/spreadsheet/export-audit.ts';
import { plainTexts } from './plain-texts.ts';
import { openWorld, type World } from './world.ts';

/** The admin API over a world of its own, asked without a socket. */
export interface ApiWorld {
  world: World;
  api: ReturnType<typeof adminApi>;
  operatorKey: string;
  liveChanges: LiveChanges;
  /** What the API has logged as a failure of its own. */
  failures: unknown[];
  /** Asks with a bearer token. */
  withKey(key: string, path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** The whole of an answer; of a stream of events, which does not end by itself, what is there at once. */
export async function textOf(answer: Response): Promise<string> {
  if (!answer.headers.get('content-type')?.startsWith('text/event-stream')) return answer.text();
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(first?.value);
}

export async function openAdminApi(
  live: LiveChangesOptions = {},
  webhookPolicy: WebhookPolicy = { allowPrivate: true },
): Promise<ApiWorld> {
  const world = await openWorld();
  const liveChanges = await startLiveChanges(world.directory, live);
  world.database.onWake(liveChanges.wake);
  const failures: unknown[] = [];
  const operatorKey = 'the-key-of-the-operator-of-this-instance';
  const api = adminApi({
    directory: world.directory,
    publicUrl: 'http://roster.example',
    ldapBaseDn: 'dc=directory,dc=local',
    operatorKey,
    exportMembersCsv: async function* () {
      yield 'Name\r\n';
    },
    exportAuditCsv,
    liveChanges,
    webhookPolicy,
    toleranceWords,
    mailTexts: plainTexts,
    testMail: () => ({ subject: 'Test', text: 'Test' }),
    log: { error: (...logged: unknown[]) => void failures.push(logged) },
  });
  return {
    world,
    api,
    operatorKey,
    liveChanges,
    failures,
    withKey: async (key, path, init = {}) =>
      api.request(path, { ...init, headers: { ...init.headers, authorization: `Bearer ${key}` } }),
    close: async () => {
      await liveChanges.close();
      await world.close();
    },
  };
}

/** A request with a JSON body, or with none. */
export function initOf(method: string, body?: unknown): RequestInit {
  return {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: answers are asserted upon, not typed
export async function bodyOf(response: Response | Promise<Response>): Promise<any> {
  return (await response).json();
}
