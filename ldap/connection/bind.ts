import { isIP } from 'node:net';
import type { BindOutcome, BindRefusal, PeerConnection } from '../directory.ts';
import { type Control, passwordMustChange, type ResponseControl } from '../message/controls.ts';
import { Oid } from '../message/oids.ts';
import type { BindRequest } from '../message/requests.ts';
import { RequestError, ResultCode } from '../message/result-code.ts';
import type { ServerContext } from './server-context.ts';

const refusals = {
  'invalid-credentials': ResultCode.invalidCredentials,
  'must-change-password': ResultCode.invalidCredentials,
  'too-many-attempts': ResultCode.busy,
  unavailable: ResultCode.unavailable,
} as const satisfies Record<BindRefusal, ResultCode>;

/**
 * Judges a bind request (RFC 4511 section 4.2, RFC 4513 section 5.1). Undefined: an anonymous bind.
 * Throws RequestError for what is refused without asking anyone.
 */
export function startBind<Identity>(
  { version, name, password }: BindRequest,
  connection: PeerConnection,
  { directory, allowClearTextBind }: ServerContext<Identity>,
): BindOutcome<Identity> | Promise<BindOutcome<Identity>> | undefined {
  if (version !== 3) throw new RequestError(ResultCode.protocolError, 'only LDAP version 3');
  if (password === undefined) {
    throw new RequestError(ResultCode.authMethodNotSupported, 'only simple binds');
  }
  if (password.length === 0) {
    if (name === '') return undefined;
    // RFC 4513 section 5.1.2: a client may take its success for a log-in.
    throw new RequestError(ResultCode.unwillingToPerform, 'a name needs a password');
  }
  if (!connection.secure && !allowClearTextBind && !isLoopback(connection.address)) {
    throw new RequestError(ResultCode.confidentialityRequired, 'binding needs TLS');
  }
  return directory.bind({ name, password, connection });
}

/** Result of a bind that was refused, with the password policy control for those who asked. */
export function refusalOf(
  reason: BindRefusal,
  controls: readonly Control[],
): { code: ResultCode; controls: readonly ResponseControl[] } {
  const asked = controls.some(({ oid }) => oid === Oid.passwordPolicy);
  return {
    code: refusals[reason],
    controls:
      asked && reason === 'must-change-password'
        ? [{ oid: Oid.passwordPolicy, value: passwordMustChange }]
        : [],
  };
}

export function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, '');
  return plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}
