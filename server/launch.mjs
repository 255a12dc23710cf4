#!/usr/bin/env node
// Starts a command of this project on any Node from 20 up: installs what is missing, then runs the
// command with the pinned Node 24 first on its path (`--build`: after bundling the web components). Plain JavaScript of that age, and no dependencies.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');

if (!isInstalled()) install();
const given = process.argv.slice(2);
if (given[0] === '--build') {
  given.shift();
  buildComponents();
}
const [command, ...args] = given;
run(command, args);

// npm keeps a list of what it installed; it must name what the lock file names, but for what is optional
// and not for this platform.
function isInstalled() {
  const installed = readPackages(join(modules, '.package-lock.json'));
  if (installed === undefined) return false;
  const wanted = Object.entries(readPackages(join(root, 'package-lock.json')) ?? {});
  return wanted.every(
    ([path, { version, optional }]) =>
      path === '' ||
      (installed[path] === undefined ? optional : installed[path].version === version),
  );
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : undefined;
}

function install() {
  process.stderr.write('Installing what is missing …\n');
  const { status } = npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) process.exit(status ?? 1);
}

function buildComponents() {
  const node = join(modules, '.bin', 'node');
  const script = join(root, 'web-components', 'build.mjs');
  const { status } = spawnSync(node, [script], { cwd: root, stdio: ['ignore', 'ignore', 2] });
  if (status !== 0) process.exit(status ?? 1);
}

function npm(args) {
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const npmScript = process.env.npm_execpath;
  return npmScript
    ? spawnSync(process.execPath, [npmScript, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

function run(command, args) {
  const path = `${join(modules, '.bin')}${delimiter}${process.env.PATH ?? ''}`;
  const child = spawn(command, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
    shell: process.platform === 'win32',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  // npm passes a signal on to the shell between us only, which dies of it without telling us.
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(orphaned);
    child.kill('SIGTERM');
  }, 250);
  child.on('error', (error) => {
    process.stderr.write(`${command}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    clearInterval(orphaned);
    // A child that a signal ended ends us by the same one.
    if (signal !== null) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else process.exit(code ?? 1);
  });
}
