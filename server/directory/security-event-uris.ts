/** The security events that streams are told of (RFC 9967 section 7.4). */
export const securityEventUris = [
  'urn:ietf:params:scim:event:prov:create:notice',
  'urn:ietf:params:scim:event:prov:patch:notice',
  'urn:ietf:params:scim:event:prov:delete',
  'urn:ietf:params:scim:event:prov:activate',
  'urn:ietf:params:scim:event:prov:deactivate',
] as const;
export type SecurityEventUri = (typeof securityEventUris)[number];
