import { readFileSync } from 'node:fs';
import pino from 'pino';
import { firstRunBanner, readyLine } from './banner.ts';
import { ConfigError, readConfig } from './config.ts';
import { DataDirectoryError } from './database/data-directory.ts';
import { type Roster, startRoster } from './roster.ts';

const wrongSettings = 2;
// Longer than the listeners' own grace: past it something hangs.
const drainMs = 10_000;

async function main(): Promise<Roster> {
  const config = readConfig(process.env);
  checkReadable(config.tls);
  const log = pino({ level: config.logLevel }, pino.destination(2));
  const roster = await startRoster(config, log);
  process.stdout.write(
    roster.firstRun === undefined ? readyLine(roster) : firstRunBanner(roster.firstRun, roster),
  );

  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.info({ signal }, 'draining');
    setTimeout(() => process.exit(1), drainMs).unref();
    roster.close().then(
      () => process.exit(0),
      (error) => {
        log.error({ err: error }, 'could not close');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return roster;
}

function checkReadable(tls: { certificate: string; key: string } | undefined): void {
  for (const [setting, file] of [
    ['ROSTER_TLS_CERT', tls?.certificate],
    ['ROSTER_TLS_KEY', tls?.key],
  ] as const) {
    if (file === undefined) continue;
    try {
      readFileSync(file);
    } catch (error) {
      throw new ConfigError(`Wrong settings: ${setting}: ${(error as Error).message}`);
    }
  }
}

/** What an operator can mend is one line and no stack. */
function explain(error: unknown): { line: string; exitCode: number } | undefined {
  if (error instanceof ConfigError || error instanceof DataDirectoryError) {
    return { line: error.message, exitCode: wrongSettings };
  }
  const { code, message } = error as { code?: string; message: string };
  if (/^(EADDRINUSE|EACCES|EADDRNOTAVAIL)$/.test(code ?? '')) {
    return { line: `Cannot listen: ${message}`, exitCode: wrongSettings };
  }
  // Classes 28 and 3D: authorization, no such database.
  if (/^(ECONNREFUSED|ENOTFOUND|ETIMEDOUT|28|3D)/.test(code ?? '')) {
    return { line: `An address cannot be reached: ${message}`, exitCode: 1 };
  }
  return undefined;
}

/** Importing this file starts Roster. */
export const running: Roster = await main().catch((error: unknown) => {
  const known = explain(error);
  process.stderr.write(`${known?.line ?? (error as Error).stack}\n`);
  process.exit(known?.exitCode ?? 1);
});
