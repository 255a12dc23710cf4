import type { AttributeDeclaration, SchemaDeclaration } from './attribute.ts';
import { enterpriseUserSchema } from './enterprise-user.ts';
import type { ResourceTypeDeclaration } from './resource-type.ts';

const primary: AttributeDeclaration = {
  name: 'primary',
  type: 'boolean',
  description: 'True for the preferred value; at most one has it.',
};

/** The sub-attributes of RFC 7643 section 2.4, for a multi-valued attribute. */
function plural(
  name: string,
  description: string,
  {
    value = {},
    types = [],
  }: { readonly value?: Partial<AttributeDeclaration>; readonly types?: readonly string[] } = {},
): AttributeDeclaration {
  return {
    name,
    type: 'complex',
    multiValued: true,
    description,
    subAttributes: [
      { name: 'value', description: 'The value itself.', ...value },
      { name: 'display', description: 'A human-readable name for display.' },
      {
        name: 'type',
        description: 'A label for what the value is used for.',
        canonicalValues: types,
      },
      primary,
    ],
  };
}

const addressPart = (name: string, description: string): AttributeDeclaration => ({
  name,
  description,
});

/** RFC 7643 section 4.1. */
export const userSchema: SchemaDeclaration = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'User Account',
  attributes: [
    {
      name: 'userName',
      description: 'The name by which the user signs in, unique whatever its case.',
      required: true,
      uniqueness: 'server',
    },
    {
      name: 'name',
      type: 'complex',
      description: "The components of the user's name.",
      subAttributes: [
        { name: 'formatted', description: 'The full name, formatted for display.' },
        { name: 'familyName', description: 'The family name.' },
        { name: 'givenName', description: 'The given name.' },
        { name: 'middleName', description: 'The middle names.' },
        { name: 'honorificPrefix', description: 'The honorific prefixes, or title.' },
        { name: 'honorificSuffix', description: 'The honorific suffixes.' },
      ],
    },
    { name: 'displayName', description: 'The name of the user, suitable for display.' },
    { name: 'nickName', description: 'The casual way to address the user.' },
    {
      name: 'profileUrl',
      type: 'reference',
      description: "A URL of the user's online profile.",
      referenceTypes: ['external'],
    },
    { name: 'title', description: "The user's title, such as Vice President." },
    { name: 'userType', description: 'The relation between the organization and the user.' },
    { name: 'preferredLanguage', description: 'The preferred languages, as in Accept-Language.' },
    { name: 'locale', description: 'The location by which currency, dates and numbers are shown.' },
    { name: 'timezone', description: 'The time zone, in the IANA form such as Europe/Berlin.' },
    { name: 'active', type: 'boolean', description: 'Whether the user may use the service.' },
    {
      name: 'password',
      description: 'The password, which is written and never read.',
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    },
    plural('emails', 'E-mail addresses.', { types: ['work', 'home', 'other'] }),
    plural('phoneNumbers', 'Phone numbers.', {
      types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
    }),
    plural('ims', 'Instant messaging addresses.', {
      types: ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo'],
    }),
    plural('photos', 'URLs of photos.', {
      value: { type: 'reference', referenceTypes: ['external'] },
      types: ['photo', 'thumbnail'],
    }),
    {
      name: 'addresses',
      type: 'complex',
      multiValued: true,
      description: 'Physical mailing addresses.',
      subAttributes: [
        addressPart('formatted', 'The full address, formatted for display.'),
        addressPart('streetAddress', 'The street address.'),
        addressPart('locality', 'The city or locality.'),
        addressPart('region', 'The state or region.'),
        addressPart('postalCode', 'The postal code.'),
        addressPart('country', 'The country.'),
        {
          name: 'type',
          description: 'A label for what the address is used for.',
          canonicalValues: ['work', 'home', 'other'],
        },
        primary,
      ],
    },
    {
      name: 'groups',
      type: 'complex',
      multiValued: true,
      description: 'The groups to which the user belongs, directly or through other groups.',
      mutability: 'readOnly',
      subAttributes: [
        {
          name: 'value',
          description: 'The id of the group.',
          caseExact: true,
          mutability: 'readOnly',
        },
        {
          name: '$ref',
          type: 'reference',
          description: 'The URI of the group.',
          referenceTypes: ['Group'],
          mutability: 'readOnly',
        },
        { name: 'display', description: 'The name of the group.', mutability: 'readOnly' },
        {
          name: 'type',
          description: 'Whether the membership is direct or through another group.',
          canonicalValues: ['direct', 'indirect'],
          mutability: 'readOnly',
        },
      ],
    },
    plural('entitlements', 'What the user is entitled to.'),
    plural('roles', "The user's roles."),
    plural('x509Certificates', 'X.509 certificates, DER in base64.', { value: { type: 'binary' } }),
  ],
};

/** Users with the enterprise extension (RFC 7643 section 4.3). */
export const userType: ResourceTypeDeclaration = {
  name: 'User',
  endpoint: '/Users',
  description: 'User Account',
  schema: userSchema,
  extensions: [{ schema: enterpriseUserSchema, required: false }],
};
