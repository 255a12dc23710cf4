import { ScimError } from '../error.ts';

/** The weak form that SCIM uses (RFC 7644 section 3.14). */
export function entityTag(version: string): string {
  return `W/"${version}"`;
}

/** Whether an `If-Match` or `If-None-Match` header names this version, by weak comparison. */
export function namesVersion(header: string, version: string): boolean {
  const tags = header.split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.some((tag) => opaque(tag) === version);
}

function opaque(tag: string): string {
  return tag.replace(/^W\//i, '').replace(/^"(.*)"$/s, '$1');
}

/** @throws ScimError 412 when `If-Match` was sent and names another version. */
export function checkVersion(ifMatch: string | undefined, version: string): void {
  if (ifMatch !== undefined && !namesVersion(ifMatch, version)) {
    throw new ScimError(412, `The resource has changed: its version is ${entityTag(version)}`);
  }
}
