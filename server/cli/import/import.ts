import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Call, type Command, row as line, type Shown } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { allRoles, departmentTree } from '../names.ts';
import { type Plan, planner } from './plan.ts';
import { readRows, type SheetRow } from './read-rows.ts';
import { openResult, resultCsv } from './result-file.ts';
import { type Outcome, sendRow, tryRow, wrong } from './send-row.ts';

const maxBytes = 20 * 1024 * 1024;
const atOnce = 4;

/** What became of a row; or what an import before wrote of it. */
type Told = Omit<Outcome, 'result'> & { result: string };

async function* importFile(call: Call): AsyncGenerator<Shown> {
  const { client, options, directory } = call;
  const path = resolve(directory, call.arguments[0] ?? '');
  const bytes = await readBytes(path);
  const sheet = readRows(bytes);
  const [departments, roles] = [await departmentTree(client), await allRoles(client)];
  const plan = planner({ departments, roles, language: options.language });
  const hash = createHash('sha256').update(bytes).digest('base64url');
  const result = options.result && (await openResult(resolve(directory, options.result), path));

  const work = async (row: SheetRow): Promise<{ row: SheetRow; outcome: Told }> => ({
    row,
    outcome: await outcomeOf(plan(row), (wish) =>
      options['dry-run'] ? tryRow(client, wish) : sendRow(client, wish, `${hash}.${row.number}`),
    ),
  });
  const done: { row: SheetRow; outcome: Told }[] = [];
  try {
    for await (const one of inOrder(sheet.rows, work)) {
      done.push(one);
      yield shown(one);
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`${error.message}. Import the file again: no row is done twice.`);
  } finally {
    if (result) {
      await result.writeFile(resultCsv(sheet, done));
      await result.close();
    }
  }
  yield { lines: [summary(done.map(({ outcome }) => outcome.result))], json: undefined };
  const failures = done.filter(({ outcome }) => outcome.result === 'failed').length;
  if (failures > 0) throw new CommandError(`${failures} of ${done.length} rows failed.`);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw new CommandError(`${path} is larger than 20 MB: split it.`);
    return await readFile(path);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

async function outcomeOf(
  plan: Plan,
  work: (wish: Extract<Plan, { kind: 'wish' }>['wish']) => Promise<Outcome>,
): Promise<Told> {
  switch (plan.kind) {
    case 'wish':
      return work(plan.wish);
    case 'done':
      return { result: plan.result, reason: '', link: plan.link };
    case 'wrong':
      return wrong(plan.reason);
  }
}

/** Works on several at once, and answers in their order. */
async function* inOrder<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = [];
  for (const item of items) {
    const one = work(item);
    one.catch(() => {}); // told when its turn comes, or not at all after the first
    running.push(one);
    const [first] = running.length < atOnce ? [] : running.splice(0, 1);
    if (first) yield await first;
  }
  for (const one of running) yield await one;
}

function shown({ row, outcome }: { row: SheetRow; outcome: Told }): Shown {
  const { number, values } = row;
  const { result, reason, link } = outcome;
  return {
    lines: [line(number, result, values.name, reason || link)],
    json: { row: number, name: values.name, result, reason: reason || null, link: link || null },
  };
}

function summary(results: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const result of results) counts.set(result, (counts.get(result) ?? 0) + 1);
  if (counts.size === 0) return 'The file has no rows.';
  return [...counts].map(([result, count]) => `${count} ${result}`).join(', ');
}

export const importCommands: Command[] = [
  {
    name: 'import',
    summary: 'adds or invites who is in a CSV file, a row each; again within a day, nothing twice',
    explanation: [
      'Columns, in any order and in English or Chinese: name; username and password, for the first sign-in,',
      'of who is added; invite (mail or link) of who is invited, with the email to write to; departments',
      '(R&D/Platform) and roles, several with ; between. The exit code is 1 when a row failed.',
    ],
    arguments: ['FILE'],
    options: ['dry-run', 'result', 'language'],
    run: importFile,
  },
];
