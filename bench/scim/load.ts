import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Load, LoadResult } from './generator.ts';
import { type Server, token } from './servers.ts';

/** Puts a load on a server from a process of its own. */
export async function load(
  server: Server,
  asked: Omit<Load, 'url' | 'token' | 'from'> & { from?: number },
): Promise<LoadResult> {
  const whole: Load = { url: server.url, token, from: 0, ...asked };
  const { stdout } = await promisify(execFile)(process.execPath, [
    'bench/scim/generator.ts',
    JSON.stringify(whole),
  ]);
  const result = JSON.parse(stdout) as LoadResult;
  if (result.failures > 0) {
    throw new Error(`${server.name}: ${result.failures} of ${asked.kind} failed`);
  }
  return result;
}
