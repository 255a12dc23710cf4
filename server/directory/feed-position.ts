import type { FeedPosition } from './changes.ts';
import { DirectoryError } from './errors.ts';
import type { SecretBox } from './secret-box.ts';

const form = /^[A-Za-z0-9_-]{40,120}$/;

/** A position for a reader outside. Sealed: its numbers count what all organizations do. */
export function sealPosition(
  secrets: SecretBox,
  organization: string,
  { transaction, id }: FeedPosition,
): string {
  return secrets.seal(`${transaction}.${id}`, contextOf(organization));
}

/**
 * The position that a reader outside was given; undefined for one that this organization's readers were
 * not given under the present key.
 *
 * @throws DirectoryError `invalid-value` for what does not even look like one
 */
export function openPosition(
  secrets: SecretBox,
  organization: string,
  sealed: string,
): FeedPosition | undefined {
  if (!form.test(sealed)) {
    throw new DirectoryError('invalid-value', 'This position is not one of ours.', {
      field: 'after',
    });
  }
  const [transaction, id] = secrets.open(sealed, contextOf(organization))?.split('.') ?? [];
  return transaction === undefined || id === undefined ? undefined : { transaction, id };
}

function contextOf(organization: string): string {
  return `feed-position:${organization}`;
}
