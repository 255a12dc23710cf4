/**
 * The browser that tests run in: the one named by `CHROME_PATH`, else the one that the npm package
 * `@sparticuz/chromium` ships. It is unpacked once per version, beside the installed packages.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

/** Runs as root, without a display, and speaks to nobody but the pages under test. */
export const chromeArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/**
 * @returns {Promise<string>} the path of an executable Chrome or Chromium
 * @throws {Error} when `CHROME_PATH` names a file that does not exist
 */
export async function chromePath() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROME_PATH names no file: ${named}`);
    return named;
  }
  const packageJson = path.join(
    path.dirname(require.resolve('@sparticuz/chromium')),
    '..',
    'package.json',
  );
  const { version } = JSON.parse(await readFile(packageJson, 'utf8'));
  const cache = path.resolve(path.dirname(packageJson), '../../.cache');
  const unpacked = path.join(cache, `chromium-${version}`);
  if (!existsSync(unpacked)) await unpack(cache, unpacked, path.dirname(packageJson));
  const executable = path.join(unpacked, 'chromium');
  // A machine that never had a browser lacks what it is linked with; the package brings that too.
  const starts = spawnSync(executable, ['--version']).status === 0;
  if (!starts) process.env.LD_LIBRARY_PATH = path.join(unpacked, 'al2023', 'lib');
  return executable;
}

/** Unpacks aside and renames, so that two test runs at once never start half a browser. */
async function unpack(cache, target, packageFolder) {
  await mkdir(cache, { recursive: true });
  const aside = await mkdtemp(path.join(cache, 'chromium-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = aside; // the package unpacks into the temporary folder
  try {
    const { default: chromium, inflate } = await import('@sparticuz/chromium');
    await chromium.executablePath();
    await inflate(path.join(packageFolder, 'bin', 'al2023.tar.br'));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  try {
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}
