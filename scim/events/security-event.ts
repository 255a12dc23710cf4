import { entityTag } from '../routes/entity-tag.ts';
import type { ResourceType } from '../schemas/resource-type.ts';
import { type EventUri, eventUris } from './event-uris.ts';

/** Something that happened to a resource, told once its transaction is committed. */
export interface ResourceEvent {
  readonly type: Pick<ResourceType, 'endpoint'>;
  readonly id: string;
  readonly externalId?: string | undefined;
  readonly at: Date;
  /** The same for every token about one transaction, so that receivers know repetitions. */
  readonly transaction: string;
  readonly happened: Happening;
}

export type Happening =
  | {
      readonly kind: 'create' | 'put' | 'patch';
      /** Paths of what was made or changed; never empty. */
      readonly attributes: readonly string[];
      /** Left out by a host that knows only what it is now. */
      readonly version?: string | undefined;
      /** Whether the resource came into use or went out of it by that. */
      readonly activation?: 'activate' | 'deactivate' | undefined;
    }
  | { readonly kind: 'delete' | 'feedAdd' | 'feedRemove' };

/** Who tells whom, by which token. */
export interface EventToken {
  /** Unique, and another for each token and receiver. */
  readonly id: string;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly issuedAt: Date;
}

/** The claims of a security event token (RFC 8417 section 2.2); times in seconds since 1970. */
export interface SecurityEventClaims {
  readonly jti: string;
  readonly iss: string;
  readonly aud: readonly string[];
  readonly iat: number;
  readonly toe: number;
  readonly txn: string;
  readonly sub_id: {
    readonly format: 'scim';
    readonly uri: string;
    readonly id: string;
    readonly externalId?: string;
  };
  readonly events: Readonly<Partial<Record<EventUri, EventPayload>>>;
}

interface EventPayload {
  readonly attributes?: readonly string[];
  readonly version?: string;
}

/** The `typ` of the header under which the claims are signed (RFC 8417 section 2.3). */
export const securityEventTokenType = 'secevent+jwt';

/**
 * Makes the claims of a security event token about a resource (RFC 9967 section 2). It names what was
 * changed and holds no values: a receiver that may know them reads the resource.
 *
 * @throws TypeError on a change of nothing, which is no event.
 */
export function securityEvent(event: ResourceEvent, token: EventToken): SecurityEventClaims {
  const { type, id, externalId, at, transaction, happened } = event;
  return {
    jti: token.id,
    iss: token.issuer,
    aud: token.audience,
    iat: seconds(token.issuedAt),
    toe: seconds(at),
    txn: transaction,
    sub_id: {
      format: 'scim',
      uri: `${type.endpoint}/${encodeURIComponent(id)}`,
      id,
      ...(externalId === undefined ? {} : { externalId }),
    },
    events: eventsOf(happened),
  };
}

function eventsOf(happened: Happening): SecurityEventClaims['events'] {
  if (!('attributes' in happened)) return { [eventUris[happened.kind]]: {} };
  const { kind, attributes, version, activation } = happened;
  if (attributes.length === 0) throw new TypeError(`A ${kind} that changed nothing is no event.`);
  return {
    [eventUris[kind]]: {
      attributes,
      ...(version === undefined ? {} : { version: entityTag(version) }),
    },
    ...(activation === undefined ? {} : { [eventUris[activation]]: {} }),
  };
}

function seconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** Whether a change of `active` brought a resource into use; one that is new and in use says nothing. */
export function activationOf(
  before: boolean | undefined,
  after: boolean,
): 'activate' | 'deactivate' | undefined {
  if (before === undefined || before === after) return undefined;
  return after ? 'activate' : 'deactivate';
}
