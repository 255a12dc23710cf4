import { describe, expect, it } from 'vitest';
import { readPatch } from '../patch/operations.ts';
import { applyPatch } from '../patch/patch.ts';
import { findTarget } from '../patch/target.ts';
import { enterpriseUrn, groups, patchOf, reading, users } from '../test-support/service.ts';
import { changedAttributes } from './changed-attributes.ts';
import {
  activationOf,
  type Happening,
  type ResourceEvent,
  securityEvent,
} from './security-event.ts';

const token = {
  id: '4d3559ec67504aaba65d40b0363faad8',
  issuer: 'https://scim.example.com',
  audience: ['https://scim.example.com/Feeds/98d52461fa5bbc879593b7754'],
  issuedAt: new Date('2016-03-20T20:17:24.900Z'),
};
const about = (happened: Happening, more: Partial<ResourceEvent> = {}) =>
  securityEvent(
    {
      type: users,
      id: '44f6142df96bd6ab61e7521d9',
      externalId: 'jdoe',
      at: new Date('2016-03-20T20:17:20Z'),
      transaction: 'b7b953f11cc6489bbfb87834747cc4c1',
      happened,
      ...more,
    },
    token,
  );

describe('RFC 9967 section 2.1: the subject', () => {
  it('is the relative path of the resource, with its identifiers; there is no sub', () => {
    const claims = about({ kind: 'delete' });
    expect(claims.sub_id).toEqual({
      format: 'scim',
      uri: '/Users/44f6142df96bd6ab61e7521d9',
      id: '44f6142df96bd6ab61e7521d9',
      externalId: 'jdoe',
    });
    expect(claims).not.toHaveProperty('sub');
    const other = about({ kind: 'delete' }, { type: groups, id: 'a/b', externalId: undefined });
    expect(other.sub_id).toEqual({ format: 'scim', uri: '/Groups/a%2Fb', id: 'a/b' });
  });
});

describe('RFC 9967 section 2.2 and RFC 8417 section 2.2: the claims', () => {
  it('say who, to whom, when, and in which transaction', () => {
    expect(about({ kind: 'delete' })).toMatchObject({
      jti: '4d3559ec67504aaba65d40b0363faad8',
      iss: 'https://scim.example.com',
      aud: ['https://scim.example.com/Feeds/98d52461fa5bbc879593b7754'],
      iat: 1458505044,
      toe: 1458505040,
      txn: 'b7b953f11cc6489bbfb87834747cc4c1',
    });
  });
});

describe('RFC 9967 sections 2.3 and 2.4: the events', () => {
  it.each<[Happening, object]>([
    [
      { kind: 'create', attributes: ['id', 'userName', 'password'], version: '1' },
      {
        'urn:ietf:params:scim:event:prov:create:notice': {
          attributes: ['id', 'userName', 'password'],
          version: 'W/"1"',
        },
      },
    ],
    [
      { kind: 'patch', attributes: ['members'], version: '7' },
      {
        'urn:ietf:params:scim:event:prov:patch:notice': {
          attributes: ['members'],
          version: 'W/"7"',
        },
      },
    ],
    [
      { kind: 'put', attributes: ['userName', 'active'], version: '2', activation: 'deactivate' },
      {
        'urn:ietf:params:scim:event:prov:put:notice': {
          attributes: ['userName', 'active'],
          version: 'W/"2"',
        },
        'urn:ietf:params:scim:event:prov:deactivate': {},
      },
    ],
    [
      { kind: 'patch', attributes: ['active'], version: '3', activation: 'activate' },
      {
        'urn:ietf:params:scim:event:prov:patch:notice': {
          attributes: ['active'],
          version: 'W/"3"',
        },
        'urn:ietf:params:scim:event:prov:activate': {},
      },
    ],
    [
      { kind: 'patch', attributes: ['title'] },
      { 'urn:ietf:params:scim:event:prov:patch:notice': { attributes: ['title'] } },
    ],
    [{ kind: 'delete' }, { 'urn:ietf:params:scim:event:prov:delete': {} }],
    [{ kind: 'feedAdd' }, { 'urn:ietf:params:scim:event:feed:add': {} }],
    [{ kind: 'feedRemove' }, { 'urn:ietf:params:scim:event:feed:remove': {} }],
  ])('of %j', (happened, events) => {
    expect(about(happened).events).toEqual(events);
  });

  it('a change of nothing is none', () => {
    expect(() => about({ kind: 'patch', attributes: [], version: '1' })).toThrow(TypeError);
  });

  it('activation follows a change of active only', () => {
    expect([
      activationOf(undefined, true),
      activationOf(true, true),
      activationOf(false, true),
      activationOf(true, false),
    ]).toEqual([undefined, undefined, 'activate', 'deactivate']);
  });
});

describe('RFC 9967 section 2.2: attributes', () => {
  const anna = {
    userName: 'anna',
    name: { givenName: 'Anna', familyName: 'Berg' },
    emails: [{ value: 'a@x.io', type: 'work' }],
    [enterpriseUrn]: { department: 'R&D', manager: { value: 'm-1' } },
  };
  const afterPatch = (...operations: readonly object[]) => {
    const read = reading('rfc');
    const { attributes } = applyPatch(users, anna, readPatch(patchOf(...operations), read), read);
    return changedAttributes(anna, attributes ?? anna);
  };

  it('are the paths of what a PATCH changed', () => {
    expect(
      afterPatch(
        { op: 'replace', path: 'name.familyName', value: 'Ber' },
        { op: 'add', path: 'emails', value: [{ value: 'b@x.io' }] },
        { op: 'add', path: 'title', value: 'Dr' },
        { op: 'replace', path: `${enterpriseUrn}:manager.value`, value: 'm-2' },
        { op: 'remove', path: `${enterpriseUrn}:department` },
      ),
    ).toEqual([
      'name.familyName',
      'emails',
      `${enterpriseUrn}:department`,
      `${enterpriseUrn}:manager.value`,
      'title',
    ]);
    expect(afterPatch({ op: 'add', path: 'userName', value: 'anna' })).toEqual([]);
    expect(afterPatch({ op: 'remove', path: enterpriseUrn })).toEqual([enterpriseUrn]);
  });

  it('of a new resource are all that it has', () => {
    expect(changedAttributes({}, anna)).toEqual(['userName', 'name', 'emails', enterpriseUrn]);
  });

  it('are paths that a PATCH would take', () => {
    const { leniency } = reading('rfc');
    const paths = changedAttributes({ name: {}, [enterpriseUrn]: {} }, anna);
    expect(paths).toContain(`${enterpriseUrn}:department`);
    for (const path of paths) expect(() => findTarget(users, path, leniency), path).not.toThrow();
  });
});
