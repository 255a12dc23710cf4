import { z } from '@hono/zod-openapi';

/** The ETag of a version. */
export function entityTag(version: number): string {
  return `"${version}"`;
}

/** The header of an edit that shall fail when the thing was changed since it was read. */
export const IfMatch = z.object({
  'if-match': z
    .string()
    .regex(/^\s*(\*|(W\/)?"[^"]*"(\s*,\s*(W\/)?"[^"]*")*)\s*$/, 'is not a list of entity tags')
    .optional()
    .openapi({
      description: 'The ETag of the version that was read; another one answers 412.',
      example: '"3"',
    }),
});

/** The condition that `If-Match` states (RFC 9110 section 13.1.1); without the header any version will do. */
export function ifMatch(header: z.infer<typeof IfMatch>): {
  ifVersion?: (version: number) => boolean;
} {
  const wanted = header['if-match']?.trim();
  if (wanted === undefined || wanted === '*') return {};
  const tags = new Set(wanted.split(',').map((tag) => tag.trim().replace(/^W\//, '')));
  return { ifVersion: (version) => tags.has(entityTag(version)) };
}
