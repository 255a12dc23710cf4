import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { readSecretKey } from './secret-key.ts';

const scratch = mkdtempSync(join(tmpdir(), 'roster-key-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const warned: unknown[] = [];
const log = { warn: (...args: unknown[]) => void warned.push(args) };
const read = (settings: Record<string, string>) => readSecretKey(readConfig(settings), log);

test('a key that is missing is made once, for its owner only', () => {
  const directory = join(scratch, 'made');
  const key = read({ ROSTER_DATA_DIR: directory });
  expect(key).toHaveLength(32);
  expect(read({ ROSTER_DATA_DIR: directory })).toEqual(key);
  expect(statSync(join(directory, 'secret.key')).mode & 0o777).toBe(0o600);
  expect(warned).toEqual([]);
});

test('on a served database the log says that other nodes need the key', () => {
  const key = read({
    ROSTER_DATA_DIR: join(scratch, 'node'),
    ROSTER_DATABASE_URL: 'postgres://localhost/roster',
  });
  expect(JSON.stringify(warned)).toContain('ROSTER_SECRET_KEY');
  expect(JSON.stringify(warned)).not.toContain(Buffer.from(key).toString('base64'));
});

test('the setting comes first, and leaves no file', () => {
  const directory = join(scratch, 'set');
  const text = Buffer.alloc(32, 7).toString('base64');
  expect(read({ ROSTER_DATA_DIR: directory, ROSTER_SECRET_KEY: text })).toEqual(
    Buffer.alloc(32, 7),
  );
  expect(() => readFileSync(join(directory, 'secret.key'))).toThrow('ENOENT');
});

test.each(['short', 'a'.repeat(44), Buffer.alloc(31).toString('base64')])(
  '%s is no key',
  (text) => {
    expect(() => read({ ROSTER_SECRET_KEY: text })).toThrow('ROSTER_SECRET_KEY');
  },
);

test('a damaged key file, and a directory that is none, are told', () => {
  const directory = join(scratch, 'made');
  writeFileSync(join(directory, 'secret.key'), 'AAAA');
  expect(() => read({ ROSTER_DATA_DIR: directory })).toThrow(ConfigError);
  expect(() => read({ ROSTER_DATA_DIR: 'package.json' })).toThrow(ConfigError);
});
