/**
 * What can go wrong in the directory. Each protocol maps every code in one table that does not compile
 * when a code is missing.
 */
export const directoryErrorCodes = [
  /** The thing does not exist in this organization; a stranger's thing answers the same. */
  'not-found',
  /** The actor lacks the permission named in the message. */
  'forbidden',
  /** A value is not acceptable; `field` names it. */
  'invalid-value',
  /** Another thing of this organization has the value already; `field` names it. */
  'not-unique',
  /** A reference names something that does not exist in this organization; `field` names it. */
  'unknown-reference',
  /** The version that the caller saw is not the current one. */
  'version-mismatch',
  /** The change is understood but a rule of the directory forbids it now. */
  'conflict',
  /** Other things stand in the way; `counts` says how many of what. */
  'in-use',
  /** No such user, wrong password, disabled: the answer never says which. */
  'invalid-credentials',
  /** The password is right, but for the first sign-in only: it opens nothing but the change of it. */
  'password-change-required',
  /** The password is right; the person is in several `organizations` and has to say which. */
  'choose-organization',
  /** The password is right, but it was for the first sign-in only and ran out. */
  'password-expired',
  /** The link was right once; its time is over. */
  'link-expired',
  /** A newer link took the place of this one. */
  'link-replaced',
  /** The link was withdrawn. */
  'link-revoked',
  /** The link did its work already. */
  'link-used',
  /** The database does not answer; nothing is known to have happened. */
  'unavailable',
  /** Too many failed attempts; `retryAfterSeconds` says when to try again. */
  'slow-down',
] as const;

export type DirectoryErrorCode = (typeof directoryErrorCodes)[number];

/** An organization to sign in to, and by what username. */
export interface OrganizationChoice {
  slug: string;
  name: string;
  username: string | null;
}

export class DirectoryError extends Error {
  readonly code: DirectoryErrorCode;
  /** The attribute at fault, in the directory's own terms (`username`, `emails`, `members`). */
  readonly field: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** What stands in the way: `members`, `departments` → how many. */
  readonly counts: Readonly<Record<string, number>> | undefined;
  /** What there is to choose from. */
  readonly organizations: readonly OrganizationChoice[] | undefined;

  constructor(
    code: DirectoryErrorCode,
    message: string,
    {
      field,
      retryAfterSeconds,
      counts,
      organizations,
    }: {
      field?: string;
      retryAfterSeconds?: number;
      counts?: Record<string, number>;
      organizations?: readonly OrganizationChoice[];
    } = {},
  ) {
    super(message);
    this.name = 'DirectoryError';
    this.code = code;
    this.field = field;
    this.retryAfterSeconds = retryAfterSeconds;
    this.counts = counts;
    this.organizations = organizations;
  }
}

// Connection refused or lost (Node), and what PostgreSQL says while it stops, starts or is full
// (classes 08, 53 and 57P).
const away = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|08|53|57P)/;

/** The error to tell when the database does not answer; undefined for every other failure. */
export function unavailable(error: unknown): DirectoryError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, message } = error as { code?: unknown; message: string };
  const isAway =
    (typeof code === 'string' && away.test(code)) ||
    /connection terminated|timeout exceeded when trying to connect/i.test(message);
  if (!isAway) return undefined;
  return new DirectoryError('unavailable', 'The directory cannot be reached now.', {
    retryAfterSeconds: 2,
  });
}
