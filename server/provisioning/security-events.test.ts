import { describe, expect, it } from 'vitest';
import { findTarget } from '../../scim/patch/target.ts';
import { profiles } from '../../scim/profiles.ts';
import { settleResourceType } from '../../scim/schemas/resource-type.ts';
import { type SubjectChange, securityEventUris } from '../directory/index.ts';
import { resourceTypes } from './schemas.ts';
import { securityEventTeller } from './security-events.ts';
import { enterpriseTexts, profileLists, profileTexts } from './user-mapping.ts';

const id = '01a20ef0-f60f-72e6-bd33-3a00f8a3825d';
const target = { id: 'jti-1', audience: 'https://receiver.example', events: securityEventUris };
const tell = securityEventTeller('https://roster.example/scim/v2');
const now = new Date('2026-11-24T19:00:10Z');
const change = (more: Partial<SubjectChange>): SubjectChange => ({
  organizationId: 'acme',
  subject: 'member',
  subjectId: id,
  kind: 'updated',
  fields: [],
  position: { transaction: '1', id: '1' },
  at: new Date('2026-11-24T19:00:00Z'),
  about: { externalId: 'ext-1', hasUsername: true },
  ...more,
});
const claimsOf = (more: Partial<SubjectChange>, events = target.events) => {
  const told = tell(change(more), { ...target, events }, now);
  return told === undefined ? undefined : JSON.parse(told);
};
const prefix = 'urn:ietf:params:scim:event:prov:';
const invited = { externalId: undefined, hasUsername: false };

describe('RFC 9967: what is told of a member', () => {
  it('is about a User, by whom, to whom, when and in which request', () => {
    expect(claimsOf({ fields: ['title'], requestId: 'request-1' })).toEqual({
      jti: 'jti-1',
      iss: 'https://roster.example/scim/v2',
      aud: ['https://receiver.example'],
      iat: 1795546810,
      toe: 1795546800,
      txn: 'request-1',
      sub_id: { format: 'scim', uri: `/Users/${id}`, id, externalId: 'ext-1' },
      events: { [`${prefix}patch:notice`]: { attributes: ['title'] } },
    });
    expect(claimsOf({ fields: ['title'] }).txn).toBe('jti-1');
  });

  it.each<[string, Partial<SubjectChange>, object | undefined]>([
    [
      'made',
      { kind: 'created', fields: ['name.givenName', 'name', 'username', 'status', 'roles'] },
      {
        [`${prefix}create:notice`]: {
          attributes: [
            'name.givenName',
            'displayName',
            'userName',
            'active',
            'urn:ietf:params:scim:schemas:extension:roster:2.0:User:roles',
          ],
        },
      },
    ],
    ['invited', { kind: 'created', fields: ['name', 'status'], about: invited }, undefined],
    ['edited while invited', { fields: ['title'], about: invited }, undefined],
    [
      'joined',
      { action: 'invitation.accepted', fields: ['invitation', 'status', 'username'] },
      { [`${prefix}create:notice`]: { attributes: ['active', 'userName'] } },
    ],
    [
      'joined, provisioned before',
      { action: 'invitation.accepted', fields: ['invitation', 'status'] },
      {
        [`${prefix}patch:notice`]: { attributes: ['active'] },
        [`${prefix}activate`]: {},
      },
    ],
    [
      'disabled and renamed',
      { action: 'member.disabled', fields: ['status', 'email', 'emails', 'department', 'manager'] },
      {
        [`${prefix}patch:notice`]: {
          attributes: [
            'active',
            'emails',
            'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
            'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
          ],
        },
        [`${prefix}deactivate`]: {},
      },
    ],
    [
      'enabled',
      { action: 'member.enabled', fields: ['status'] },
      { [`${prefix}patch:notice`]: { attributes: ['active'] }, [`${prefix}activate`]: {} },
    ],
    ['invited again', { action: 'invitation.created', fields: ['invitation'] }, undefined],
    ['removed', { kind: 'deleted', fields: ['username', 'name'] }, { [`${prefix}delete`]: {} }],
    ['removed while invited', { kind: 'deleted', fields: ['name'] }, undefined],
  ])('who was %s', (_deed, happened, events) => {
    expect(claimsOf(happened)?.events).toEqual(events);
  });
});

it('attributes are paths of the schema, as PATCH takes them', () => {
  const declared = resourceTypes.find(({ name }) => name === 'User');
  if (declared === undefined) throw new Error('There are no Users.');
  const user = settleResourceType(declared);
  const parts = ['familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'];
  const fields = [
    ...['name', 'username', 'email', 'externalId', 'status', 'manager', 'departments', 'roles'],
    ...['profileRoles', 'password', ...parts.map((part) => `name.${part}`)],
    ...[...profileTexts, ...profileLists.filter((name) => name !== 'roles'), ...enterpriseTexts],
  ];
  const paths = fields.map((field) => {
    const told = claimsOf({ fields: [field] })?.events[`${prefix}patch:notice`];
    expect(told?.attributes, field).toHaveLength(1);
    return String(told.attributes[0]);
  });
  const leniency = { profile: profiles.rfc, tolerated: () => undefined };
  for (const path of paths) expect(() => findTarget(user, path, leniency), path).not.toThrow();
  expect(() => findTarget(user, 'displayNames', leniency)).toThrow();
});

describe('RFC 9967: what is told of a group', () => {
  it.each<[Partial<SubjectChange>, object | undefined]>([
    [
      { kind: 'created', fields: ['name', 'externalId'] },
      { [`${prefix}create:notice`]: { attributes: ['displayName', 'externalId'] } },
    ],
    [
      { kind: 'membership', fields: ['addedMembers'] },
      { [`${prefix}patch:notice`]: { attributes: ['members'] } },
    ],
    [{ kind: 'updated', fields: [] }, undefined],
    [{ kind: 'deleted', fields: ['name'] }, { [`${prefix}delete`]: {} }],
  ])('%j', (happened, events) => {
    const claims = claimsOf({ subject: 'group', ...happened });
    expect(claims?.events).toEqual(events);
    if (claims !== undefined) expect(claims.sub_id.uri).toBe(`/Groups/${id}`);
  });
});

it('a stream is told of the events that it asks for, and of nothing else', () => {
  const disabled = { action: 'member.disabled', fields: ['status'] };
  const asked = [`${prefix}deactivate`] as never;
  expect(claimsOf(disabled, asked).events).toEqual({ [`${prefix}deactivate`]: {} });
  expect(claimsOf({ fields: ['title'] }, asked)).toBeUndefined();
  expect(claimsOf({ subject: 'department', fields: ['name'] })).toBeUndefined();
});
