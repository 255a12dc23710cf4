/**
 * The one normal form by which identifiers (usernames, e-mail addresses, names that must be unique)
 * are compared. It is computed here only, stored in a key column and carries the unique index, because
 * JavaScript and PostgreSQL fold case differently.
 *
 * Compatibility forms are unified (NFKC) and case is folded in full: `ß` equals `ss`, the Kelvin sign
 * equals `k`, a full-width `Ａ` equals `a`. Look-alikes of other scripts (Cyrillic `а`) stay different.
 */
export function identifierKey(text: string): string {
  return text.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}
