import { DirectoryError } from './errors.ts';

// Control characters have no place in a name; lone surrogates cannot be stored in UTF-8.
const unacceptable = /[\p{Cc}\p{Cs}]/u;

/**
 * A name as it is stored: trimmed and in NFC.
 *
 * @param field names the value in the error
 * @param maximum in UTF-16 code units
 * @throws DirectoryError `invalid-value` when it is empty, too long or carries control characters
 */
export function acceptName(text: string, field: string, maximum = 256): string {
  const name = text.normalize('NFC').trim();
  if (name === '')
    throw new DirectoryError('invalid-value', `${field} must not be empty`, { field });
  if (name.length > maximum) {
    throw new DirectoryError('invalid-value', `${field} is longer than ${maximum} characters`, {
      field,
    });
  }
  if (unacceptable.test(name)) {
    throw new DirectoryError('invalid-value', `${field} carries control characters`, { field });
  }
  return name;
}

// One `@`, no space, quote, comment or control character on either side (no more is promised: only a
// delivered mail proves an address).
const address = /^[^\s@<>()[\]\\,;:"\p{Cc}]{1,64}@[^\s@<>()[\]\\,;:"\p{Cc}]{1,255}$/u;

/**
 * An e-mail address as it is stored.
 *
 * @throws DirectoryError `invalid-value` when it cannot be one address
 */
export function acceptEmail(text: string, field = 'email'): string {
  const email = acceptName(text, field, 320);
  if (!address.test(email)) {
    throw new DirectoryError('invalid-value', `${field} is not an e-mail address`, { field });
  }
  return email;
}

/** False for text that no database row can hold: it names nothing and nobody. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
