import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The data directory is in use by another process. */
export class DataDirectoryInUse extends Error {}

/**
 * Keeps a second process from opening the same embedded database, which would destroy it. The lock is a
 * file with the process id; one left behind by a killed process is taken over.
 *
 * @returns what gives the directory back
 * @throws DataDirectoryInUse
 */
export function holdDataDirectory(directory: string): () => void {
  const file = join(directory, 'roster.pid');
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(readFileSync(file, 'utf8'));
    if (holder !== process.pid && isAlive(holder)) {
      throw new DataDirectoryInUse(`${directory} is in use by process ${holder}`);
    }
    writeFileSync(file, String(process.pid));
  }
  return () => rmSync(file, { force: true });
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
