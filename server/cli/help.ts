import { commands } from './all-commands.ts';
import type { Command } from './command.ts';
import { type OptionName, options } from './options.ts';

const common = `  --json      for machines: the answer of the API, a line each where it is a page at a time
  --url URL   where Roster is (or ROSTER_URL; default http://127.0.0.1:8080)
  --help      this; after a noun, the options of its commands

The API key is read from ROSTER_API_KEY, the operator's from ROSTER_OPERATOR_KEY. A member is named by
username, or by name where only one has it; a department by its path (R&D/Platform); everything else by
name; anything by id.
`;

/** @param noun whose commands are told with their options; without it, all in short */
export function help(noun?: string): string {
  const told = commands.filter(({ name }) => noun === undefined || name.split(' ')[0] === noun);
  if (noun === undefined || told.length === 0) {
    return `Usage: roster NOUN VERB [arguments] [options]\n\n${table(commands)}\n\n${common}`;
  }
  return `Usage:\n\n${told.map(withOptions).join('\n\n')}\n\n${common}`;
}

function table(told: readonly Command[]): string {
  const width = Math.max(...told.map((command) => usage(command).length));
  return told.map((command) => `  ${usage(command).padEnd(width)}  ${command.summary}`).join('\n');
}

function usage({ name, arguments: named = [] }: Command): string {
  return [name, ...named].join(' ');
}

function withOptions(command: Command): string {
  const lines = (command.options ?? []).map((name) => {
    const option = options[name];
    const { meaning } = option;
    const given = 'value' in option ? `--${name} ${option.value}` : `--${name}`;
    return `      ${given.padEnd(26)}  ${meaning}${notes(command, name)}`;
  });
  const told = [command.summary, ...(command.explanation ?? [])].map((line) => `      ${line}`);
  return [`  ${usage(command)}`, ...told, ...lines].join('\n');
}

function notes({ needed = [] }: Command, name: OptionName): string {
  const { multiple } = options[name] as { multiple?: true };
  const all = [needed.includes(name) ? 'needed' : '', multiple ? 'can be repeated' : ''];
  const said = all.filter((note) => note !== '').join(', ');
  return said === '' ? '' : ` (${said})`;
}
