import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DataDirectoryError, holdDataDirectory } from './data-directory.ts';

const directory = () => join(mkdtempSync(join(tmpdir(), 'roster-hold-')), 'data');

test('one holds it, and the next one does when it is given back', async () => {
  const data = directory();
  const release = await holdDataDirectory(data);
  await expect(holdDataDirectory(data)).rejects.toThrow(DataDirectoryError);
  await release();
  const again = await holdDataDirectory(data);
  await again();
});

test('a process that is killed leaves nothing that stays in the way', async () => {
  const data = directory();
  const script = `
    const { holdDataDirectory } = await import('./server/database/data-directory.ts');
    await holdDataDirectory(${JSON.stringify(data)});
    console.log('held');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await expect(holdDataDirectory(data)).rejects.toThrow('in use');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const release = await holdDataDirectory(data);
  await release();
});

test('what cannot be a directory is told in one line', async () => {
  const data = directory();
  const file = join(data, '..', 'file');
  writeFileSync(file, '');
  await expect(holdDataDirectory(file)).rejects.toThrow(DataDirectoryError);
  const long = join(data, 'x'.repeat(120), 'y'.repeat(120));
  await expect(holdDataDirectory(long)).rejects.toThrow('too long');
});
