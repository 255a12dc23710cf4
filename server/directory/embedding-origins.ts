import { DirectoryError } from './errors.ts';

const maximumOrigins = 50;
const field = 'embeddingOrigins';

/**
 * The origins whose pages may embed the components, as browsers write them in the header `Origin`,
 * each once.
 *
 * @throws DirectoryError `invalid-value` for what is no origin, or not https off loopback
 */
export function acceptEmbeddingOrigins(origins: readonly string[]): string[] {
  if (origins.length > maximumOrigins) {
    throw new DirectoryError('invalid-value', `${field} has more than ${maximumOrigins} origins`, {
      field,
    });
  }
  return [...new Set(origins.map((origin) => acceptOrigin(origin, field)))];
}

/**
 * An origin as browsers write it.
 *
 * @throws DirectoryError `invalid-value` for what is none, or not https off loopback
 */
export function acceptOrigin(text: string, field: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin =
    url !== undefined &&
    [url.origin, `${url.origin}/`].includes(url.href) &&
    (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)));
  if (!isOrigin || url.hostname.includes('*')) {
    throw new DirectoryError(
      'invalid-value',
      `${field}: ${JSON.stringify(text)} is not an origin like https://app.example.com`,
      { field },
    );
  }
  return url.origin;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
}
