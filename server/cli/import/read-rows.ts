import Papa from 'papaparse';
import { CommandError } from '../command-error.ts';
import { type Column, columnOf, resultColumns } from './columns.ts';
import { unescaped } from './formula.ts';

/** A file's rows, as they stand in it. */
export interface Sheet {
  /** Without those that an import before has added. */
  headers: readonly string[];
  rows: readonly SheetRow[];
}

export interface SheetRow {
  /** As a spreadsheet program counts: the headers are row 1. */
  number: number;
  /** Under `headers`. */
  cells: readonly string[];
  /** What is read from it, trimmed; empty for a column that is not there. */
  values: Readonly<Record<Column, string>>;
  hasMoreThanHeaders: boolean;
  /** What an import before wrote. */
  before: { result: string; link: string };
}

/** @throws CommandError when it cannot be read, or a column is missing or there twice */
export function readRows(bytes: Uint8Array): Sheet {
  const [head = [], ...lines] = parse(decode(bytes));
  const places = placesOf(head);
  const kept = head.map((_, index) => index).filter((index) => !isOfResult(head[index] ?? ''));
  const of = (line: string[], header: string) =>
    line[head.findIndex((one) => one.trim() === header)] ?? '';
  const rows = lines.map((line, index): SheetRow => {
    const cell = (column: Column) => unescaped(line[places.get(column) ?? -1] ?? '');
    return {
      number: index + 2,
      cells: kept.map((place) => unescaped(line[place] ?? '')),
      values: {
        name: cell('name').trim(),
        username: cell('username').trim(),
        email: cell('email').trim(),
        departments: cell('departments').trim(),
        roles: cell('roles').trim(),
        password: cell('password'),
        invite: cell('invite').trim(),
      },
      hasMoreThanHeaders: line.slice(head.length).some((one) => one.trim() !== ''),
      before: { result: of(line, resultColumns[0]), link: of(line, resultColumns[2]) },
    };
  });
  return {
    headers: kept.map((place) => head[place] ?? ''),
    rows: rows.filter(({ cells }) => cells.some((one) => one.trim() !== '')),
  };
}

function isOfResult(header: string): boolean {
  return resultColumns.some((one) => one === header.trim());
}

function placesOf(head: readonly string[]): Map<Column, number> {
  const places = new Map<Column, number>();
  for (const [index, header] of head.entries()) {
    const column = columnOf(header);
    if (column === undefined) continue;
    if (places.has(column)) throw new CommandError(`The column "${column}" is there twice.`);
    places.set(column, index);
  }
  const found = head.map((header) => `"${header}"`).join(', ');
  if (!places.has('name')) throw new CommandError(`There is no column "name", but ${found}.`);
  if (!places.has('password') && !places.has('invite')) {
    throw new CommandError(`There is no column "password" and none "invite", but ${found}.`);
  }
  return places;
}

function parse(text: string): string[][] {
  // Rows without a value stay in, so that the others keep their number.
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: delimiterOf(text) });
  const [problem] = errors;
  if (problem !== undefined) {
    throw new CommandError(`Row ${(problem.row ?? 0) + 1} is no CSV: ${problem.message}`);
  }
  return data;
}

/** What stands most often in the line of the headers: elsewhere a semicolon may be within a cell. */
function delimiterOf(text: string): string {
  const [head = ''] = text.split('\n', 1);
  const count = (delimiter: string) => head.split(delimiter).length;
  return [',', ';', '\t'].reduce((most, one) => (count(one) > count(most) ? one : most));
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new CommandError('The file is not in UTF-8 or UTF-16: save it as "CSV UTF-8".');
  }
}
