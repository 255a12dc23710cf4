import { describe, expect, it } from 'vitest';
import { base, enterpriseUrn, groupUrn, startService, userUrn } from '../test-support/service.ts';

/** The resource of section 8.3, with the enterprise extension and every core attribute. */
const full = {
  schemas: [userUrn, enterpriseUrn],
  externalId: '701984',
  userName: 'bjensen@example.com',
  name: {
    formatted: 'Ms. Barbara J Jensen, III',
    familyName: 'Jensen',
    givenName: 'Barbara',
    middleName: 'Jane',
    honorificPrefix: 'Ms.',
    honorificSuffix: 'III',
  },
  displayName: 'Babs Jensen',
  nickName: 'Babs',
  profileUrl: 'https://login.example.com/bjensen',
  emails: [
    { value: 'bjensen@example.com', type: 'work', primary: true },
    { value: 'babs@jensen.org', type: 'home' },
  ],
  addresses: [
    {
      type: 'work',
      streetAddress: '100 Universal City Plaza',
      locality: 'Hollywood',
      region: 'CA',
      postalCode: '91608',
      country: 'USA',
      formatted: '100 Universal City Plaza\nHollywood, CA 91608 USA',
      primary: true,
    },
    { type: 'home', streetAddress: '456 Hollywood Blvd', locality: 'Hollywood', country: 'USA' },
  ],
  phoneNumbers: [
    { value: '555-555-5555', type: 'work' },
    { value: '555-555-4444', type: 'mobile' },
  ],
  ims: [{ value: 'someaimhandle', type: 'aim' }],
  photos: [
    { value: 'https://photos.example.com/profilephoto/72930000000Ccne/F', type: 'photo' },
    { value: 'https://photos.example.com/profilephoto/72930000000Ccne/T', type: 'thumbnail' },
  ],
  userType: 'Employee',
  title: 'Tour Guide',
  preferredLanguage: 'en-US',
  locale: 'en-US',
  timezone: 'America/Los_Angeles',
  active: true,
  entitlements: [{ value: 'e-1' }],
  roles: [{ value: 'guide', display: 'Guide', primary: true }],
  x509Certificates: [{ value: 'MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEF' }],
  [enterpriseUrn]: {
    employeeNumber: '701984',
    costCenter: '4130',
    organization: 'Universal Studios',
    division: 'Theme Park',
    department: 'Tour Operations',
    manager: { value: '26118915-6090-4610-87e4-49d8ca9f808d' },
  },
};

describe('RFC 7643 section 8: representations', () => {
  it('8.2 and 8.3: a full user comes back as it was given, by POST, GET and PUT', async () => {
    const { send, used } = startService({ profile: 'interop' });
    const made = await send('POST', '/Users', {
      ...full,
      password: 't1meMa$heen',
      groups: [{ value: 'e9e30dba' }],
      [enterpriseUrn]: {
        ...full[enterpriseUrn],
        manager: { ...full[enterpriseUrn].manager, displayName: 'John Smith' },
      },
    });
    expect(made.status).toBe(201);
    const expected = {
      ...full,
      [enterpriseUrn]: {
        ...full[enterpriseUrn],
        manager: {
          value: '26118915-6090-4610-87e4-49d8ca9f808d',
          $ref: `${base}/Users/26118915-6090-4610-87e4-49d8ca9f808d`,
        },
      },
    };
    const { id, meta, ...shown } = made.body as Record<string, unknown>;
    expect(shown).toEqual(expected);
    expect((await send('GET', `/Users/${id}`)).body).toEqual(made.body);
    expect([...used]).toEqual([]);
    const rfc = startService({ profile: 'rfc' });
    const first = await rfc.send('POST', '/Users', full);
    const put = await rfc.send('PUT', '/Users/user-1', first.body);
    expect([put.status, put.body]).toEqual([200, first.body]);
  });

  it('8.1: the least of a user', async () => {
    const { send } = startService({ profile: 'interop' });
    const made = await send('POST', '/Users', { schemas: [userUrn], userName: 'b@example.com' });
    expect(Object.keys(made.body as object)).toEqual(['schemas', 'id', 'userName', 'meta']);
  });

  it('8.4: a group', async () => {
    const { send } = startService({ profile: 'interop' });
    const members = [];
    for (const userName of ['babs', 'mandy']) {
      const user = await send('POST', '/Users', { schemas: [userUrn], userName });
      const { id } = user.body as { readonly id: string };
      members.push({ value: id, $ref: `${base}/Users/${id}`, display: userName });
    }
    const made = await send('POST', '/Groups', {
      schemas: [groupUrn],
      displayName: 'Tour Guides',
      members,
    });
    expect(made.body).toMatchObject({
      displayName: 'Tour Guides',
      members: members.map(({ value, $ref }) => ({ value, $ref, type: 'User' })),
    });
  });

  it.each([
    [
      userUrn,
      'userName name displayName nickName profileUrl title userType preferredLanguage locale timezone active password emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates',
    ],
    [groupUrn, 'displayName members'],
    [enterpriseUrn, 'employeeNumber costCenter organization division department manager'],
  ])('8.7.1: the schema %s declares its attributes and no others', async (urn, names) => {
    const { send } = startService();
    const { attributes } = (await send('GET', `/Schemas/${urn}`)).body as {
      readonly attributes: readonly { readonly name: string }[];
    };
    expect(attributes.map(({ name }) => name).sort()).toEqual(names.split(' ').sort());
  });
});
