import { ScimError, type ScimType } from '../../scim/error.ts';
import { DirectoryError, type DirectoryErrorCode, unavailable } from '../directory/index.ts';

/** How each error of the directory looks over SCIM (RFC 7644 section 3.12). */
const scimErrors: Record<DirectoryErrorCode, { status: number; scimType?: ScimType }> = {
  'not-found': { status: 404 },
  forbidden: { status: 403 },
  'invalid-value': { status: 400, scimType: 'invalidValue' },
  'not-unique': { status: 409, scimType: 'uniqueness' },
  'unknown-reference': { status: 400, scimType: 'invalidValue' },
  'version-mismatch': { status: 412 },
  conflict: { status: 409 },
  'in-use': { status: 409 },
  'invalid-credentials': { status: 401 },
  'choose-organization': { status: 409 },
  'password-change-required': { status: 403 },
  'password-expired': { status: 403 },
  'link-expired': { status: 410 },
  'link-replaced': { status: 410 },
  'link-revoked': { status: 410 },
  'link-used': { status: 410 },
  unavailable: { status: 503 },
  'slow-down': { status: 429 },
};

/** What the directory calls a field → what SCIM calls it. */
const fieldNames: Record<string, string> = {
  username: 'userName',
  status: 'active',
  name: 'displayName',
  parentId: 'parent',
};

/** Lets a storage throw the directory's errors: the client is told of them in SCIM's terms. */
export async function inScimTerms<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (failure) {
    const error = failure instanceof DirectoryError ? failure : unavailable(failure);
    if (error === undefined) throw failure;
    const { status, scimType } = scimErrors[error.code];
    const name = error.field === undefined ? '' : (fieldNames[error.field] ?? error.field);
    const field = name === '' || error.message.startsWith(name) ? '' : `${name}: `;
    const wait = error.retryAfterSeconds;
    throw new ScimError(status, `${field}${error.message}`, {
      ...(scimType === undefined ? {} : { scimType }),
      ...(wait === undefined ? {} : { headers: { 'retry-after': String(wait) } }),
    });
  }
}
