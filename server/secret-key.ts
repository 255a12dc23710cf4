import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Config, ConfigError } from './config.ts';

const keyBytes = 32;

/**
 * The key of the instance: from the settings, or from `secret.key` in the data directory, made when it is
 * missing. Nodes of one database need the same.
 *
 * @throws ConfigError when it can neither be read nor kept
 */
export function readSecretKey(
  {
    secretKey,
    dataDirectory,
    databaseUrl,
  }: Pick<Config, 'secretKey' | 'dataDirectory' | 'databaseUrl'>,
  log: Pick<Logger, 'warn'>,
): Uint8Array {
  if (secretKey !== undefined) return secretKey;
  const file = join(dataDirectory, 'secret.key');
  if (databaseUrl !== undefined) {
    log.warn({ file }, 'ROSTER_SECRET_KEY is not set: other nodes of this database need this key');
  }
  try {
    return read(file) ?? make(dataDirectory, file);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(
      `Wrong settings: ROSTER_SECRET_KEY is not set, and ${file} cannot be used: ${(error as Error).message}`,
    );
  }
}

function read(file: string): Uint8Array | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const key = Buffer.from(text, 'base64');
  if (key.length !== keyBytes) {
    throw new ConfigError(`Wrong settings: ${file} does not hold ${keyBytes} bytes in base64`);
  }
  return key;
}

// Whole or not at all, and never in the place of another: a link is made once.
function make(directory: string, file: string): Uint8Array {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(keyBytes).toString('base64')}\n`, {
    mode: 0o600,
    flush: true,
  });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  const key = read(file);
  if (key === undefined) throw new Error('it is gone again');
  return key;
}
