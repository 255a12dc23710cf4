import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Directory } from './directory.ts';
import type { Organization } from './entities/organization.ts';
import { DirectoryError } from './errors.ts';
import type { Permission } from './permissions.ts';

export const actorKinds = ['member', 'api-key', 'scim-token', 'system'] as const;

/** Who acts, as it is kept with what they did. */
export interface ActorReference {
  kind: (typeof actorKinds)[number];
  id?: string;
  name: string;
}

/** From where a request came. */
export interface Origin {
  /** Remote address; empty where there is no socket. */
  address?: string | undefined;
  /** As the log and the answer's header name the request. */
  requestId?: string | undefined;
}

export interface OrganizationReference {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/**
 * A request to the directory, as a value: made for each request, passed as the first argument, never
 * a field of something shared. It names the one organization that the request can touch.
 */
export interface DirectorySession {
  readonly organization: OrganizationReference;
  readonly actor: ActorReference;
  /** Left out where nobody asked: the instance itself. */
  readonly origin?: Origin | undefined;
  readonly permissions: ReadonlySet<Permission>;
  readonly em: SqlEntityManager;
  /** Time is a parameter: every rule that compares or records time uses this one. */
  readonly now: Date;
  /** Tells the readers of the change feed that something was committed. */
  readonly announce: () => void;
}

/** Makes a session by hand: for what has proven who it is. */
export function sessionFor(
  directory: Directory,
  organization: OrganizationReference,
  actor: ActorReference,
  held: readonly Permission[],
  origin?: Origin,
): DirectorySession {
  return {
    organization,
    actor,
    origin,
    permissions: new Set(held),
    em: directory.entityManager(),
    now: directory.now(),
    announce: () => directory.announce(),
  };
}

export function referenceOf(organization: Organization): OrganizationReference {
  return { id: organization.id, slug: organization.slug, name: organization.name };
}

/** @throws DirectoryError `forbidden` when the actor does not hold the permission */
export function demand(session: DirectorySession, permission: Permission): void {
  if (!session.permissions.has(permission)) {
    throw new DirectoryError('forbidden', `This needs the permission ${permission}.`);
  }
}

/**
 * Nobody grants what they do not hold.
 *
 * @throws DirectoryError `forbidden` naming what the actor lacks
 */
export function demandHeld(session: DirectorySession, granted: readonly Permission[]): void {
  const lacking = granted.filter((permission) => !session.permissions.has(permission));
  if (lacking.length > 0) {
    throw new DirectoryError(
      'forbidden',
      `Nobody grants what they do not hold: ${lacking.join(', ')}.`,
      { field: 'permissions' },
    );
  }
}
