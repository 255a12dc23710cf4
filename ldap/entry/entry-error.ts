export type EntryErrorCode =
  | 'unknown-attribute'
  | 'unknown-class'
  | 'kept-by-the-store'
  | 'unknown-entry'
  | 'name-taken'
  | 'not-a-leaf'
  | 'moved-below-itself'
  | 'bad-suffix';

/** Something was asked of an entry that no tree or schema allows. */
export class EntryError extends Error {
  override name = 'EntryError';
  readonly code: EntryErrorCode;

  constructor(code: EntryErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
