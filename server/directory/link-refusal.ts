import { DirectoryError } from './errors.ts';

const messages = {
  'link-expired': 'This link has expired: ask for a new one.',
  'link-replaced': 'There is a newer link: this one is void.',
  'link-revoked': 'This link was withdrawn.',
  'link-used': 'This link was used already.',
} as const;

/** Tells the holder of a link, who knows that it was one, why it opens nothing any more. */
export function over(code: keyof typeof messages): DirectoryError {
  return new DirectoryError(code, messages[code]);
}
