/** The entity tag of a version (RFC 9110 section 8.8.3). */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/**
 * The condition that `If-Match` sets. Tags compare weakly: a proxy that compresses makes them weak.
 *
 * @param header undefined sets none
 */
export function ifMatch(
  header: string | undefined,
): { ifVersion: (version: number) => boolean } | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return { ifVersion: (version) => tags.includes(entityTag(version)) };
}
