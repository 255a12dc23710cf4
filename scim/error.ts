/** The detail error keywords of RFC 7644 section 3.12 and RFC 9865 section 2.1. */
export const scimTypes = [
  'invalidFilter',
  'tooMany',
  'uniqueness',
  'mutability',
  'invalidSyntax',
  'invalidPath',
  'noTarget',
  'invalidValue',
  'invalidVers',
  'sensitive',
  'invalidCursor',
  'expiredCursor',
  'invalidCount',
] as const;

export type ScimType = (typeof scimTypes)[number];

export const errorUrn = 'urn:ietf:params:scim:api:messages:2.0:Error';

/**
 * A failure that the client is told about. Storage and the host's `authenticate` throw it too; what
 * else they throw is answered with 500 and reported to `onError`.
 */
export class ScimError extends Error {
  readonly status: number;
  readonly scimType: ScimType | undefined;
  /** Response headers, such as `Retry-After` of a 429. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    detail: string,
    { scimType, headers = {} }: { scimType?: ScimType; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = 'ScimError';
    this.status = status;
    this.scimType = scimType;
    this.headers = headers;
  }
}

/** A 400 with its keyword: the commonest failure of a protocol library. */
export function badRequest(scimType: ScimType, detail: string): ScimError {
  return new ScimError(400, detail, { scimType });
}

/** The body of RFC 7644 section 3.12; `status` is a string there. */
export function errorBody(error: ScimError): Readonly<Record<string, unknown>> {
  return {
    schemas: [errorUrn],
    status: String(error.status),
    ...(error.scimType === undefined ? {} : { scimType: error.scimType }),
    detail: error.message,
  };
}

/** How foreign text is shown in a detail: quoted, and cut so that it cannot fill a log. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}
