/** Result codes (RFC 4511 appendix A; cancel: RFC 3909 section 3). */
export const ResultCode = {
  success: 0,
  operationsError: 1,
  protocolError: 2,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  compareFalse: 5,
  compareTrue: 6,
  authMethodNotSupported: 7,
  strongerAuthRequired: 8,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  confidentialityRequired: 13,
  noSuchAttribute: 16,
  undefinedAttributeType: 17,
  inappropriateMatching: 18,
  invalidAttributeSyntax: 21,
  noSuchObject: 32,
  invalidDNSyntax: 34,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
  other: 80,
  canceled: 118,
  noSuchOperation: 119,
  tooLate: 120,
  cannotCancel: 121,
} as const;

export type ResultCode = (typeof ResultCode)[keyof typeof ResultCode];

/** A request that is answered with a result code; the connection goes on. */
export class RequestError extends Error {
  override name = 'RequestError';
  readonly code: ResultCode;

  constructor(code: ResultCode, diagnostic: string) {
    super(diagnostic);
    this.code = code;
  }
}
