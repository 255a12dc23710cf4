// What a spreadsheet program may take for a formula, also behind spaces and in full width (ASVS 1.2.10).
export const formula = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n\0]/;

/** The text of a cell that was written with an apostrophe in front, so that it is no formula. */
export function unescaped(cell: string): string {
  return cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell;
}
