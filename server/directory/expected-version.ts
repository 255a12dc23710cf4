import { DirectoryError } from './errors.ts';

/** What a caller asks of the version that it is about to change. */
export interface VersionCondition {
  ifVersion?: ((version: number) => boolean) | undefined;
}

/**
 * @param what names the thing in the error
 * @throws DirectoryError `version-mismatch`
 */
export function demandVersion(
  version: number,
  { ifVersion }: VersionCondition,
  what: string,
): void {
  if (ifVersion !== undefined && !ifVersion(version)) {
    throw new DirectoryError('version-mismatch', `The ${what} was changed since it was read.`);
  }
}
