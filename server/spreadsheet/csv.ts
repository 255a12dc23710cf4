import Papa from 'papaparse';
import { safeCell } from './cell.ts';

/** Excel reads UTF-8 only behind this. */
export const byteOrderMark = '\uFEFF';

/** Rows as CSV (RFC 4180) that no spreadsheet program finds a formula in. */
export function toCsv(rows: string[][]): string {
  const safe = rows.map((row) => row.map(safeCell));
  return safe.length === 0 ? '' : `${Papa.unparse(safe, { quotes: true, newline: '\r\n' })}\r\n`;
}
