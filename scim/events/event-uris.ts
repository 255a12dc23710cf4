const prefix = 'urn:ietf:params:scim:event';

/** The events of RFC 9967 section 7.4 that say what happened without the data itself. */
export const eventUris = {
  feedAdd: `${prefix}:feed:add`,
  feedRemove: `${prefix}:feed:remove`,
  create: `${prefix}:prov:create:notice`,
  put: `${prefix}:prov:put:notice`,
  patch: `${prefix}:prov:patch:notice`,
  delete: `${prefix}:prov:delete`,
  activate: `${prefix}:prov:activate`,
  deactivate: `${prefix}:prov:deactivate`,
} as const;

export type EventUri = (typeof eventUris)[keyof typeof eventUris];
