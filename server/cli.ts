import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { connect } from './cli/client.ts';
import type { Shown } from './cli/command.ts';
import { CommandError } from './cli/command-error.ts';
import { help } from './cli/help.ts';
import { parse } from './cli/parse.ts';

/**
 * `roster`: an administrator's command line, a client of the admin API.
 *
 * It reads ROSTER_URL (default http://127.0.0.1:8080) and ROSTER_API_KEY; for what only the operator of
 * the instance can do, ROSTER_OPERATOR_KEY.
 */
async function main(): Promise<void> {
  const parsed = parse(process.argv.slice(2));
  if (parsed.kind === 'help') return print(help(parsed.noun));
  const { command, json } = parsed;
  const keyName = command.operator ? 'ROSTER_OPERATOR_KEY' : 'ROSTER_API_KEY';
  const key = process.env[keyName];
  if (!key) throw new CommandError(`${keyName} is not set`, 2);
  const client = connect(parsed.url ?? process.env.ROSTER_URL ?? 'http://127.0.0.1:8080', key);
  // npm runs it from the repository, wherever it was called.
  const directory = process.env.INIT_CWD ?? process.cwd();
  const readInput = () => text(process.stdin);
  const shown = command.run({ ...parsed, client, directory, readInput });
  for await (const part of shown) await print(render(part, json));
}

function render(shown: Shown, json: boolean): string | Uint8Array {
  if ('bytes' in shown) return shown.bytes;
  if (!json) return shown.lines.map((line) => `${line}\n`).join('');
  return shown.json === undefined ? '' : `${JSON.stringify(shown.json)}\n`;
}

async function print(part: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(part)) await once(process.stdout, 'drain');
}

// Whoever read the output has read enough (`roster members list | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

try {
  await main();
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`roster: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
