import type { EventUri } from '../../scim/events/event-uris.ts';
import {
  type Happening,
  type SecurityEventClaims,
  securityEvent,
} from '../../scim/events/security-event.ts';
import {
  type SecurityEventTeller,
  type SecurityEventUri,
  type SubjectChange,
  securityEventUris,
} from '../directory/index.ts';
import { enterpriseUserUrn, rosterUserUrn } from './schemas.ts';
import { enterpriseTexts, profileLists, profileTexts } from './user-mapping.ts';

/** The events that streams are told of, as discovery tells them. */
export const offeredEvents: readonly EventUri[] = securityEventUris satisfies readonly EventUri[];

const endpoints = { member: { endpoint: '/Users' }, group: { endpoint: '/Groups' } } as const;

/**
 * Tells changes of members and groups as security events about Users and Groups (RFC 9967): what happened
 * to which attributes, and no values. An invited member is no User until it joins.
 */
export function securityEventTeller(issuer: string): SecurityEventTeller {
  return (change, { id, audience, events: asked }, now) => {
    if (change.subject !== 'member' && change.subject !== 'group') return undefined;
    const happened = change.subject === 'member' ? userHappening(change) : groupHappening(change);
    if (happened === undefined) return undefined;
    const claims = securityEvent(
      {
        type: endpoints[change.subject],
        id: change.subjectId,
        externalId: change.about.externalId,
        at: change.at,
        transaction: change.requestId ?? id,
        happened,
      },
      { id, issuer, audience: [audience], issuedAt: now },
    );
    const events = only(claims.events, asked);
    return events === undefined ? undefined : JSON.stringify({ ...claims, events });
  };
}

function only(
  events: SecurityEventClaims['events'],
  asked: readonly SecurityEventUri[],
): SecurityEventClaims['events'] | undefined {
  const wanted = Object.entries(events).filter(([uri]) => asked.some((one) => one === uri));
  return wanted.length === 0 ? undefined : Object.fromEntries(wanted);
}

function userHappening(change: SubjectChange): Happening | undefined {
  const { kind, action, fields, about } = change;
  const named = fields.includes('username');
  if (kind === 'deleted') return named ? { kind: 'delete' } : undefined;
  const attributes = [...new Set(fields.flatMap(userAttribute))];
  // A username comes with the User: at its making, or when an invitation is accepted.
  if (named && (kind === 'created' || action === 'invitation.accepted')) {
    return { kind: 'create', attributes };
  }
  if (!about.hasUsername || attributes.length === 0) return undefined;
  return { kind: 'patch', attributes, activation: activationBy(action) };
}

function activationBy(action: string | undefined): 'activate' | 'deactivate' | undefined {
  if (action === 'member.disabled') return 'deactivate';
  if (action === 'member.enabled' || action === 'invitation.accepted') return 'activate';
  return undefined;
}

function groupHappening({ kind, fields }: SubjectChange): Happening | undefined {
  if (kind === 'deleted') return { kind: 'delete' };
  if (kind === 'membership') return { kind: 'patch', attributes: ['members'] };
  const attributes = fields.flatMap((field) => {
    if (field === 'name') return ['displayName'];
    return field === 'externalId' ? [field] : [];
  });
  if (attributes.length === 0) return undefined;
  return { kind: kind === 'created' ? 'create' : 'patch', attributes };
}

// As the audit names what the User has under another name, or in an extension.
const renamed: Readonly<Record<string, string>> = {
  name: 'displayName',
  username: 'userName',
  email: 'emails',
  status: 'active',
  profileRoles: 'roles',
  manager: `${enterpriseUserUrn}:manager`,
  departments: `${rosterUserUrn}:departments`,
  roles: `${rosterUserUrn}:roles`,
  ...Object.fromEntries(enterpriseTexts.map((name) => [name, `${enterpriseUserUrn}:${name}`])),
};

const sameName = new Set<string>(['externalId', 'password', ...profileTexts, ...profileLists]);

/** The attribute of a User that a field of the audit tells of; none for what SCIM does not show. */
function userAttribute(field: string): string[] {
  const name = renamed[field];
  if (name !== undefined) return [name];
  return sameName.has(field) || field.startsWith('name.') ? [field] : [];
}
