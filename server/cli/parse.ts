import { parseArgs } from 'node:util';
import { commands } from './all-commands.ts';
import type { Command } from './command.ts';
import { CommandError } from './command-error.ts';
import { type OptionName, type OptionValues, options } from './options.ts';

export type Parsed =
  | { kind: 'help'; noun: string | undefined }
  | {
      kind: 'command';
      command: Command;
      arguments: string[];
      options: OptionValues;
      json: boolean;
      url: string | undefined;
    };

const common = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  url: { type: 'string' },
} as const;

/** @throws CommandError with exit code 2 for what is no command */
export function parse(words: readonly string[]): Parsed {
  const { values, positionals } = read(words);
  const { json, help, url, ...given } = values;
  if (help === true || positionals.length === 0) return { kind: 'help', noun: positionals[0] };
  const command = find(positionals);
  const rest = positionals.slice(command.name.split(' ').length);
  checkArguments(command, rest);
  checkOptions(command, Object.keys(given) as OptionName[]);
  return {
    kind: 'command',
    command,
    arguments: rest,
    options: given as OptionValues,
    json: json === true,
    url: url as string | undefined,
  };
}

function read(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        ...common,
        ...Object.fromEntries(
          Object.entries(options).map(([name, option]) => [
            name,
            'flag' in option
              ? { type: 'boolean' as const }
              : { type: 'string' as const, multiple: 'multiple' in option },
          ]),
        ),
      },
    });
  } catch (error) {
    // What Node adds is about arguments that start with a dash.
    const [line = ''] = (error as Error).message.split(/\n|(?<=')\. /);
    throw new CommandError(line, 2);
  }
}

function find(positionals: readonly string[]): Command {
  const given = `${positionals.join(' ')} `;
  const found = commands.find(({ name }) => given.startsWith(`${name} `));
  if (found !== undefined) return found;
  const [noun] = positionals;
  const verbs = commands
    .filter(({ name }) => name.startsWith(`${noun} `))
    .map(({ name }) => name.slice((noun?.length ?? 0) + 1));
  const hint = verbs.length === 0 ? 'roster --help lists them all' : `${noun}: ${verbs.join(', ')}`;
  throw new CommandError(`There is no command "${positionals.join(' ')}" (${hint}).`, 2);
}

function checkArguments({ name, arguments: named = [] }: Command, given: readonly string[]): void {
  const open = named.at(-1)?.endsWith('…') ?? false;
  if (open ? given.length >= named.length : given.length === named.length) return;
  const wanted = named.length === 0 ? 'no argument' : named.join(' ');
  throw new CommandError(`${name} takes ${wanted}.`, 2);
}

function checkOptions(command: Command, given: readonly OptionName[]): void {
  const { name, options: known = [], needed = [] } = command;
  const foreign = given.find((option) => !known.includes(option));
  if (foreign !== undefined) throw new CommandError(`${name} knows no --${foreign}.`, 2);
  const missing = needed.find((option) => !given.includes(option));
  if (missing !== undefined) throw new CommandError(`${name} needs --${missing}.`, 2);
}
