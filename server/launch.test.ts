import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const launch = (...command: string[]) =>
  spawnSync(process.execPath, ['server/launch.mjs', ...command], { encoding: 'utf8' });

test('runs the command under the pinned Node', () => {
  expect(launch('node', '--print', 'process.version').stdout).toMatch(/^v24\./);
});

test("ends with the command's own exit code", () => {
  expect(launch('node', '--eval', 'process.exit(3)').status).toBe(3);
});

test('ends by the signal that ended the command', () => {
  const ended = launch('node', '--eval', 'process.kill(process.pid, "SIGTERM")');
  expect(ended.signal).toBe('SIGTERM');
});
