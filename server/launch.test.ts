import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
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

test.skipIf(process.platform === 'win32')(
  'a command ends when what started it is gone',
  async () => {
    const command =
      "process.on('SIGTERM', () => process.exit(0)); console.log(process.pid); setInterval(() => {}, 1000)";
    const shell = spawn(
      'sh',
      ['-c', `"$0" server/launch.mjs node --eval "$1"; true`, process.execPath, command],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [pid] = await once(shell.stdout, 'data');
    shell.kill('SIGKILL');
    await expect.poll(() => isAlive(Number(pid)), { timeout: 10_000 }).toBe(false);
  },
);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
