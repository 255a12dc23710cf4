import { type FileHandle, open, realpath } from 'node:fs/promises';
import Papa from 'papaparse';
import { CommandError } from '../command-error.ts';
import { resultColumns } from './columns.ts';
import { formula } from './formula.ts';
import type { Sheet, SheetRow } from './read-rows.ts';
import type { Outcome } from './send-row.ts';

/** Where the result goes, opened before anything is done. Links and passwords are for its owner. */
export async function openResult(path: string, imported: string): Promise<FileHandle> {
  if ((await realpath(path).catch(() => path)) === (await realpath(imported))) {
    throw new CommandError('--result names the file that is imported.', 2);
  }
  return open(path, 'w', 0o600).catch((error: Error) => {
    throw new CommandError(`${path} cannot be written: ${error.message}`);
  });
}

/** The rows with what became of each: UTF-8 that Excel knows as such, and no cell is a formula. */
export function resultCsv(
  { headers }: Pick<Sheet, 'headers'>,
  done: readonly { row: SheetRow; outcome: Omit<Outcome, 'result'> & { result: string } }[],
): string {
  const rows = done.map(({ row, outcome: { result, reason, link } }) => [
    ...row.cells,
    result,
    reason,
    link,
  ]);
  const csv = Papa.unparse([[...headers, ...resultColumns], ...rows], { escapeFormulae: formula });
  return `\uFEFF${csv}\r\n`;
}
