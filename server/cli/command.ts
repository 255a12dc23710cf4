import type { Client } from './client.ts';
import type { OptionName, OptionValues } from './options.ts';

/** What a command shows: lines for people, a JSON value for machines (undefined: none); or bytes, as they are. */
export type Shown = { lines: readonly string[]; json: unknown } | { bytes: Uint8Array };

/** One command, as it was given. */
export interface Call {
  client: Client;
  /** As many as the command names. */
  arguments: readonly string[];
  options: OptionValues;
  /** What relative paths start from. */
  directory: string;
  /** Standard input, whole. */
  readInput(): Promise<string>;
}

export interface Command {
  /** Noun and verb: `members add`. */
  name: string;
  summary: string;
  /** More, for the help of its noun. */
  explanation?: readonly string[];
  /** `MEMBER`; `NAME=VALUE…` for one and more. */
  arguments?: readonly string[];
  options?: readonly OptionName[];
  /** Options that it cannot do without. */
  needed?: readonly OptionName[];
  /** Asks with the key of the instance's operator. */
  operator?: true;
  run(call: Call): AsyncIterable<Shown>;
}

/** A command that asks once and shows the answer. */
export function showing<T>(
  ask: (call: Call) => Promise<T>,
  lines: (answer: T) => readonly string[],
): Command['run'] {
  return async function* (call) {
    const answer = await ask(call);
    yield { lines: lines(answer), json: answer };
  };
}

/** A line of columns. */
export function row(...columns: readonly (string | number | null | undefined)[]): string {
  return columns.map((column) => String(column ?? '').replace(/\p{Cc}/gu, ' ')).join('\t');
}

/** The given parts of a body; what nobody gave is left out. */
export function given(body: Record<string, unknown>): Record<string, unknown> | undefined {
  const entries = Object.entries(body).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
