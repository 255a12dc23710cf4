import type { Hono } from 'hono';
import pino from 'pino';
import type { Directory } from '../../server/directory/index.ts';
import {
  createProvisioning,
  type ProvisioningOptions,
} from '../../server/provisioning/provisioning.ts';
import { startUsageRecorder, type UsageRecorder } from '../../server/provisioning/usage.ts';
import { plainTexts } from './plain-texts.ts';
import type { ScimAnswer } from './scim-client.ts';
import { openWorld, type World } from './world.ts';

/** SCIM over a world of its own, asked without a socket. */
export interface ScimApi {
  world: World;
  usage: UsageRecorder;
  /** Asks with the token of the first run, or with another. */
  scim(
    method: string,
    path: string,
    body?: unknown,
    more?: { token?: string; headers?: Record<string, string> },
  ): Promise<ScimAnswer>;
  close(): Promise<void>;
}

/** The SCIM service of a world. */
export function serveScim(
  directory: Directory,
  options: Partial<ProvisioningOptions> = {},
): { app: Hono; usage: UsageRecorder } {
  const log = pino({ level: 'silent' });
  // Tests say when.
  const usage = startUsageRecorder(directory, log, { everyMs: 3_600_000 });
  const app = createProvisioning(directory, {
    publicUrl: 'http://roster.example',
    maxResults: 200,
    log,
    mailTexts: plainTexts,
    usage,
    ...options,
  });
  return { app, usage };
}

export async function openScimApi(options: Partial<ProvisioningOptions> = {}): Promise<ScimApi> {
  const world = await openWorld();
  const { app, usage } = serveScim(world.directory, options);
  return {
    world,
    usage,
    scim: async (method, path, body, { token = world.made.scimToken, headers = {} } = {}) => {
      const response = await app.request(path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
    },
    close: async () => {
      await usage.close();
      await world.close();
    },
  };
}
