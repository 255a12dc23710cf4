import { describe, expect, it } from 'vitest';
import { presentResourceType, presentSchema } from '../routes/discovery.ts';
import { settleRegistry } from '../routes/registry.ts';
import { deviceType } from '../test-support/device-type.ts';
import { devices } from '../test-support/service.ts';
import { userSchema, userType } from './core-user.ts';
import { readDeclarations } from './read-declarations.ts';
import { settleResourceType } from './resource-type.ts';

const attribute = { name: 'serial' };
const schema = { id: 'urn:example:Device', name: 'Device', attributes: [attribute] };
const type = { name: 'Device', endpoint: '/Devices', schema: schema.id };

describe('readDeclarations', () => {
  it('reads what discovery publishes (RFC 7643 sections 6 and 7)', () => {
    const published: unknown = JSON.parse(
      JSON.stringify({
        schemas: devices.schemas.map((declared) => presentSchema(declared, 'https://x')),
        resourceTypes: [presentResourceType(devices, 'https://x')],
      }),
    );
    const [declaration, ...others] = readDeclarations(published);
    expect(others).toEqual([]);
    if (declaration === undefined) throw new TypeError('nothing was read');
    const settled = settleResourceType(declaration);
    expect(presentResourceType(settled, '')).toEqual(presentResourceType(devices, ''));
    for (const [index, declared] of settled.schemas.entries()) {
      const original = devices.schemas[index];
      expect(original && presentSchema(declared, '')).toEqual(
        original && presentSchema(original, ''),
      );
    }
  });

  it('refers to schemas that the host knows', () => {
    const file = { resourceTypes: [{ name: 'Guest', endpoint: '/Guests', schema: userSchema.id }] };
    expect(readDeclarations(file, [userSchema])).toMatchObject([{ schema: { name: 'User' } }]);
    expect(() => readDeclarations(file)).toThrow('resourceTypes[0].schema: the schema');
  });

  const withAttribute = (more: object) => ({
    schemas: [{ ...schema, attributes: [{ ...attribute, ...more }] }],
    resourceTypes: [type],
  });

  it.each<[string, unknown]>([
    ['the file must be an object', []],
    ['schemas must be an array', { schemas: {} }],
    ['schemas[0].id must be a string', { schemas: [{ name: 'x' }] }],
    ['schemas[0].attributes[0].type must be one of', withAttribute({ type: 'text' })],
    ['schemas[0].attributes[0].required must be true or false', withAttribute({ required: 'yes' })],
    ['schemas[0].attributes[0].mutability must be one of', withAttribute({ mutability: 'no' })],
    ['cannot be the name of an attribute', withAttribute({ name: 'constructor' })],
    ['cannot be the name of an attribute', withAttribute({ name: 'a.b' })],
    ['only they, have sub-attributes', withAttribute({ type: 'complex' })],
    [
      'a sub-attribute cannot be complex',
      withAttribute({
        type: 'complex',
        subAttributes: [{ name: 'x', type: 'complex', subAttributes: [{ name: 'y' }] }],
      }),
    ],
    [
      'declared twice',
      {
        schemas: [{ ...schema, attributes: [attribute, { name: 'SERIAL' }] }],
        resourceTypes: [type],
      },
    ],
    ['is not of the form', { schemas: [schema], resourceTypes: [{ ...type, endpoint: '/a/b' }] }],
  ])('refuses: %s', (message, file) => {
    expect(() => readDeclarations(file)).toThrow(message);
    expect(() => readDeclarations(file)).toThrow(TypeError);
  });
});

describe('settleRegistry', () => {
  it('refuses two types at one address, and an address that SCIM has itself', () => {
    expect(() => settleRegistry([userType, userType])).toThrow('is taken');
    const me = { ...deviceType, endpoint: '/Me' };
    expect(() => settleRegistry([me])).toThrow('is taken');
  });

  it('refuses a collection that has no "value"', () => {
    expect(() => settleRegistry([{ ...deviceType, collections: ['tags'] }])).toThrow('collection');
  });
});
