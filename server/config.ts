import type { BlockList } from 'node:net';
import { z } from 'zod';
import { parseTrustedProxies } from './trusted-proxies.ts';

const number = (least: number, most: number) => {
  const error = `must be a number from ${least} to ${most}`;
  return z.coerce.number({ error }).min(least, { error }).max(most, { error });
};
const whole = (least: number, most: number) =>
  number(least, most).int({ error: `must be a whole number from ${least} to ${most}` });
const port = whole(0, 65_535);
const text = z.string().min(1);

function isBase64(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text;
}

/** Every setting of Roster, read from the environment. An empty variable counts as one that is not set. */
const settings = z.object({
  /** Address that HTTP and LDAP listen on. */
  ROSTER_HOST: text.default('127.0.0.1'),
  ROSTER_HTTP_PORT: port.default(8080),
  /** `0` turns the plain LDAP listener (with StartTLS) off. */
  ROSTER_LDAP_PORT: port.default(3890),
  /** `0` turns LDAPS off; it needs a certificate. */
  ROSTER_LDAPS_PORT: port.default(6360),
  /** PEM files, for LDAPS and StartTLS. */
  ROSTER_TLS_CERT: text.optional(),
  ROSTER_TLS_KEY: text.optional(),
  /** `postgres://…`; without it the database is embedded. */
  ROSTER_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' })
    .optional(),
  /** Embedded database and generated secrets. */
  ROSTER_DATA_DIR: text.default('./data'),
  /** Base of every link that is made; never taken from a request. */
  ROSTER_PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional(),
  /** Addresses and CIDR ranges, separated by commas: only their `X-Forwarded-For` is believed. */
  ROSTER_TRUSTED_PROXIES: text
    .transform((value, context) => {
      try {
        return parseTrustedProxies(value);
      } catch (error) {
        context.addIssue((error as Error).message);
        return z.NEVER;
      }
    })
    .optional(),
  ROSTER_SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp(s) URL' }).optional(),
  ROSTER_MAIL_FROM: text.optional(),
  /** Encrypts secrets that are read again; without it one is made in the data directory. */
  ROSTER_SECRET_KEY: z
    .string()
    .refine((text) => isBase64(text, 32), {
      error: 'must be 32 bytes in base64 (openssl rand -base64 32)',
    })
    .optional(),
  /** `true` lets webhooks call addresses that are not public, and plain http. */
  ROSTER_WEBHOOK_ALLOW_PRIVATE: z.enum(['true', 'false']).default('false'),
  /** Suffix above all organizations. */
  ROSTER_LDAP_BASE_DN: text.default('dc=directory,dc=local'),
  /** `true` takes LDAP binds in clear text from other hosts than this one. */
  ROSTER_LDAP_ALLOW_CLEAR_TEXT: z.enum(['true', 'false']).default('false'),
  /** What the operator founds organizations with over the API; without it nobody can. */
  ROSTER_OPERATOR_KEY: z.string().min(24, { error: 'needs 24 characters or more' }).optional(),
  ROSTER_BOOTSTRAP_ORGANIZATION: text
    .refine((name) => /[a-z0-9]/i.test(name.normalize('NFKD')), {
      error: 'needs a Latin letter or a digit, of which its slug is made',
    })
    .default('Example'),
  ROSTER_BOOTSTRAP_USERNAME: text.default('admin'),
  ROSTER_BOOTSTRAP_PASSWORD: z.string().min(8, { error: 'needs 8 characters or more' }).optional(),
  ROSTER_BOOTSTRAP_SCIM_TOKEN: text.optional(),
  ROSTER_BOOTSTRAP_SCIM_PROFILE: z.enum(['lenient', 'rfc', 'interop']).default('lenient'),
  ROSTER_BOOTSTRAP_API_KEY: text.optional(),
  ROSTER_BOOTSTRAP_LDAP_PASSWORD: text.optional(),
  /** Largest page of a SCIM list. */
  ROSTER_SCIM_MAX_RESULTS: whole(1, 10_000).default(200),
  /** SCIM requests a second of one token, with bursts of four times as many; `0` for no limit. */
  ROSTER_SCIM_REQUESTS_PER_SECOND: number(0, 100_000).default(50),
  /** A JSON file of resource types that each organization has resources of (RFC 7643 sections 6, 7). */
  ROSTER_SCIM_RESOURCE_TYPES: text.optional(),
  ROSTER_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info'),
});

export interface Config {
  host: string;
  httpPort: number;
  ldapPort: number;
  ldapsPort: number;
  tls: { certificate: string; key: string } | undefined;
  databaseUrl: string | undefined;
  dataDirectory: string;
  /** Undefined: the HTTP listener's own address, which is known once it listens. */
  publicUrl: string | undefined;
  trustedProxies: BlockList | undefined;
  smtpUrl: string | undefined;
  mailFrom: string | undefined;
  /** Undefined: kept in the data directory. */
  secretKey: Uint8Array | undefined;
  webhooksAllowPrivate: boolean;
  ldapBaseDn: string;
  operatorKey: string | undefined;
  ldapAllowClearText: boolean;
  bootstrap: {
    organization: string;
    username: string;
    password: string | undefined;
    scimToken: string | undefined;
    scimProfile: 'lenient' | 'rfc' | 'interop';
    apiKey: string | undefined;
    ldapPassword: string | undefined;
  };
  scimMaxResults: number;
  scimRequestsPerSecond: number;
  /** A file of resource types. */
  scimResourceTypes: string | undefined;
  logLevel: string;
}

/** Settings that cannot be used; the message names every one of them. */
export class ConfigError extends Error {}

/**
 * Reads the settings, and reports all mistakes together.
 *
 * @throws ConfigError
 */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = settings.safeParse(given);
  const mistakes = parsed.success
    ? []
    : parsed.error.issues.map(
        ({ path, message }) => `${path.join('.')}: ${message.replace(/^Invalid option: /, '')}`,
      );
  if ((given.ROSTER_TLS_CERT === undefined) !== (given.ROSTER_TLS_KEY === undefined)) {
    mistakes.push('ROSTER_TLS_CERT, ROSTER_TLS_KEY: one needs the other');
  }
  if (given.ROSTER_SMTP_URL !== undefined && given.ROSTER_MAIL_FROM === undefined) {
    mistakes.push('ROSTER_MAIL_FROM: needed with ROSTER_SMTP_URL');
  }
  if (!parsed.success || mistakes.length > 0) {
    throw new ConfigError(`Wrong settings: ${mistakes.join('; ')}`);
  }
  return toConfig(parsed.data);
}

function toConfig(value: z.output<typeof settings>): Config {
  const { ROSTER_TLS_CERT: certificate, ROSTER_TLS_KEY: key, ROSTER_SECRET_KEY: secret } = value;
  return {
    host: value.ROSTER_HOST,
    httpPort: value.ROSTER_HTTP_PORT,
    ldapPort: value.ROSTER_LDAP_PORT,
    ldapsPort: value.ROSTER_LDAPS_PORT,
    tls: certificate !== undefined && key !== undefined ? { certificate, key } : undefined,
    databaseUrl: value.ROSTER_DATABASE_URL,
    dataDirectory: value.ROSTER_DATA_DIR,
    publicUrl: value.ROSTER_PUBLIC_URL?.replace(/\/+$/, ''),
    trustedProxies: value.ROSTER_TRUSTED_PROXIES,
    smtpUrl: value.ROSTER_SMTP_URL,
    mailFrom: value.ROSTER_MAIL_FROM,
    secretKey: secret === undefined ? undefined : Buffer.from(secret, 'base64'),
    webhooksAllowPrivate: value.ROSTER_WEBHOOK_ALLOW_PRIVATE === 'true',
    ldapBaseDn: value.ROSTER_LDAP_BASE_DN,
    operatorKey: value.ROSTER_OPERATOR_KEY,
    ldapAllowClearText: value.ROSTER_LDAP_ALLOW_CLEAR_TEXT === 'true',
    bootstrap: {
      organization: value.ROSTER_BOOTSTRAP_ORGANIZATION,
      username: value.ROSTER_BOOTSTRAP_USERNAME,
      password: value.ROSTER_BOOTSTRAP_PASSWORD,
      scimToken: value.ROSTER_BOOTSTRAP_SCIM_TOKEN,
      scimProfile: value.ROSTER_BOOTSTRAP_SCIM_PROFILE,
      apiKey: value.ROSTER_BOOTSTRAP_API_KEY,
      ldapPassword: value.ROSTER_BOOTSTRAP_LDAP_PASSWORD,
    },
    scimMaxResults: value.ROSTER_SCIM_MAX_RESULTS,
    scimRequestsPerSecond: value.ROSTER_SCIM_REQUESTS_PER_SECOND,
    scimResourceTypes: value.ROSTER_SCIM_RESOURCE_TYPES,
    logLevel: value.ROSTER_LOG_LEVEL,
  };
}
