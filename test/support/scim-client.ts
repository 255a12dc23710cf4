import { firstRun } from './running-roster.ts';

export interface ScimAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted upon, not typed
  body: any;
}

/** Sends SCIM requests as an identity provider does. */
export function scimClient(url: string, token: string = firstRun.scimToken) {
  return async (method: string, path: string, body?: unknown): Promise<ScimAnswer> => {
    const response = await fetch(`${url}/scim/v2${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json; charset=utf-8' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  };
}

export const patchOf = (...Operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});

/** A new user, with the body that Entra ID sends. */
export function entraUser(username: string, more: Record<string, unknown> = {}) {
  return {
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    ],
    externalId: `ext-${username}`,
    userName: `${username}@acme.example`,
    active: true,
    displayName: `${username} Example`,
    emails: [{ primary: true, type: 'work', value: `${username}@acme.example` }],
    meta: { resourceType: 'User' },
    name: { formatted: `${username} Example`, familyName: 'Example', givenName: username },
    addresses: null,
    phoneNumbers: null,
    title: null,
    roles: [],
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
      employeeNumber: '4711',
      department: 'Platform',
    },
    ...more,
  };
}
