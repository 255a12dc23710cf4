import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { DirectoryErrorCode } from '../directory/index.ts';

/** One kind of refusal, as a client can rely on it. */
export interface ProblemKind {
  status: ContentfulStatusCode;
  title: string;
  /** What happened, and what to do about it. */
  meaning: string;
}

/** How each error of the directory looks over HTTP. */
const ofTheDirectory = {
  'not-found': {
    status: 404,
    title: 'Not found',
    meaning:
      'There is no such thing in this organization, or no such address. What another organization has is not found either.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    meaning:
      'The caller lacks the permission that `detail` names, or would grant more than it holds.',
  },
  'invalid-value': {
    status: 400,
    title: 'A value is not acceptable',
    meaning: '`errors` names every field at fault and says what is wrong with it.',
  },
  'not-unique': {
    status: 409,
    title: 'Already taken',
    meaning: 'Something else of the organization has this value already; `errors` names the field.',
  },
  'unknown-reference': {
    status: 400,
    title: 'Unknown reference',
    meaning: 'An id in the request names nothing in this organization; `errors` names the field.',
  },
  'version-mismatch': {
    status: 412,
    title: 'Changed meanwhile',
    meaning: 'It is not the version that `If-Match` names any more: read it again and decide anew.',
  },
  conflict: {
    status: 409,
    title: 'Not possible now',
    meaning: 'A rule of the directory forbids it in the present state; `detail` says which.',
  },
  'in-use': {
    status: 409,
    title: 'Something stands in the way',
    meaning: '`counts` says how many of what: move or remove them first.',
  },
  'invalid-credentials': {
    status: 401,
    title: 'Sign-in refused',
    meaning:
      'The username or the password is wrong, or the member may not sign in. Which is never told.',
  },
  'choose-organization': {
    status: 409,
    title: 'Choose an organization',
    meaning: 'The account is in several: `organizations` names them; say which in `organization`.',
  },
  'password-change-required': {
    status: 403,
    title: 'Choose a password of your own first',
    meaning: 'The password is right, but for the first sign-in only: change it, then sign in.',
  },
  'password-expired': {
    status: 403,
    title: 'The password ran out',
    meaning:
      'The password for the first sign-in was not changed in time: an administrator makes a reset link.',
  },
  'link-expired': {
    status: 410,
    title: 'The link has expired',
    meaning: 'Its time is over: ask for a new one.',
  },
  'link-replaced': {
    status: 410,
    title: 'There is a newer link',
    meaning: 'A newer link took the place of this one.',
  },
  'link-revoked': {
    status: 410,
    title: 'The link was withdrawn',
    meaning: 'Who made the link took it back.',
  },
  'link-used': {
    status: 410,
    title: 'The link was used already',
    meaning: 'Each link works once.',
  },
  unavailable: {
    status: 503,
    title: 'Try again in a moment',
    meaning:
      'The database does not answer. Nothing is known to have happened; `Retry-After` says when to try again.',
  },
  'slow-down': {
    status: 429,
    title: 'Too many attempts',
    meaning: '`Retry-After` says when to try again.',
  },
} satisfies Record<DirectoryErrorCode, ProblemKind>;

/** What HTTP itself adds. */
const ofHttp = {
  unauthenticated: {
    status: 401,
    title: 'Sign in first',
    meaning: 'The request carries no key and no session, or one that is not valid any more.',
  },
  'cross-site': {
    status: 403,
    title: 'Not from another site',
    meaning: 'A write with a session cookie needs the header `X-Requested-With: roster`.',
  },
  'bad-request': {
    status: 400,
    title: 'The request cannot be read',
    meaning: 'The body is not JSON in UTF-8, or the request is malformed otherwise.',
  },
  'too-large': {
    status: 413,
    title: 'Too large',
    meaning: 'The body is larger than is taken; `detail` says how large it may be.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Not a media type of this route',
    meaning:
      'The body needs the `Content-Type` that the OpenAPI document names, mostly `application/json`.',
  },
  'idempotency-running': {
    status: 409,
    title: 'The same request is being worked on',
    meaning:
      'A request with this `Idempotency-Key` has not been answered yet; `Retry-After` says when to send it again.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The key belongs to another request',
    meaning:
      'This `Idempotency-Key` came with another path or body, or with other permissions, within the last 24 hours: use a new key for each request.',
  },
  internal: {
    status: 500,
    title: 'Something failed here',
    meaning: 'A fault of Roster: its log knows more.',
  },
} satisfies Record<string, ProblemKind>;

/** Every stable `type` of a problem, without `/problems/`. */
export const problemKinds = { ...ofTheDirectory, ...ofHttp };

export type ProblemName = keyof typeof problemKinds;
