// ASVS 1.2.10: what a spreadsheet program may take for a formula, also behind spaces or line feeds and
// in its full-width forms.
const formula = /^[\s\0]*[=+\-@＝＋－＠]|^[\t\r\n\0]/;

/** A cell that no spreadsheet program takes for a formula: such a text gets an apostrophe in front. */
export function safeCell(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}
