import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface LoadResult {
  readonly perSecond: number;
  /** Entries per search; 1 where every search found its person. */
  readonly entries: number;
}

/** Compiles the generator with the machine's C compiler; undefined where there is none. */
export function compileGenerator(folder: string): string | undefined {
  const program = join(folder, 'generator');
  const source = join(import.meta.dirname, 'generator.c');
  try {
    execFileSync('cc', ['-O2', '-o', program, source], { stdio: 'pipe' });
    return program;
  } catch {
    return undefined;
  }
}

export async function generateLoad(
  program: string,
  {
    port,
    connections,
    seconds,
    requests,
  }: { port: number; connections: number; seconds: number; requests: string },
): Promise<LoadResult> {
  const { stdout } = await run(program, [
    String(port),
    String(connections),
    String(seconds),
    requests,
  ]);
  return JSON.parse(stdout) as LoadResult;
}
