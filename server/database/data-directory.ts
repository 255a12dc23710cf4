import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';

/** The data directory cannot be used; the message says why. */
export class DataDirectoryError extends Error {}

// What a socket address can hold on every system (sun_path), with its end.
const longestSocketPath = 103;

/**
 * Makes the directory and keeps a second process from opening the same embedded database, which would
 * destroy it. What holds it is a listening socket: the system lets go of it however the process ends,
 * and a process of another container that shares the volume is found too.
 *
 * @returns what gives the directory back
 * @throws DataDirectoryError
 */
export async function holdDataDirectory(directory: string): Promise<() => Promise<void>> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DataDirectoryError(`${directory} cannot be used: ${(error as Error).message}`);
  }
  const address = socketAddress(realpathSync(directory));
  for (let attempt = 0; attempt < 3; attempt++) {
    const server = await listen(address);
    if (server !== undefined) {
      // It alone keeps no process running.
      server.unref();
      return async () => {
        server.close();
        await once(server, 'close');
      };
    }
    if (await answers(address)) {
      throw new DataDirectoryError(`${directory} is in use by another process`);
    }
    // Left behind by a process that was killed.
    rmSync(address, { force: true });
  }
  throw new DataDirectoryError(`${directory} is in use by another process`);
}

function socketAddress(directory: string): string {
  if (process.platform === 'win32') {
    return `\\\\.\\pipe\\roster-${createHash('sha256').update(directory).digest('hex')}`;
  }
  const absolute = join(directory, 'roster.lock');
  const shortest = [absolute, relative(process.cwd(), absolute)].find(
    (path) => Buffer.byteLength(path) <= longestSocketPath,
  );
  if (shortest === undefined) {
    throw new DataDirectoryError(`${directory} cannot be used: its path is too long`);
  }
  return shortest;
}

async function listen(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(address);
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw new DataDirectoryError(`The data directory cannot be used: ${(error as Error).message}`);
  }
}

async function answers(address: string): Promise<boolean> {
  const socket = connect(address);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
