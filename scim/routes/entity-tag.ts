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

/** What a request asks of the version that stands (RFC 7644 section 3.14, RFC 9110 section 13.1). */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

/** @throws ScimError 412 when the resource that would be changed is not the one that was meant. */
export function checkVersion({ ifMatch, ifNoneMatch }: Conditions, version: string): void {
  const missed = ifMatch !== undefined && !namesVersion(ifMatch, version);
  const unwanted = ifNoneMatch !== undefined && namesVersion(ifNoneMatch, version);
  if (missed) {
    throw new ScimError(412, `The resource has changed: its version is ${entityTag(version)}`);
  }
  if (unwanted) throw new ScimError(412, `The resource has the version ${entityTag(version)}`);
}
