import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Logger } from 'pino';
import { normalizeDnText } from '../../ldap/dn/normalize-dn.ts';
import { LdapListener } from '../../ldap/listener.ts';
import { Schema } from '../../ldap/schema/schema.ts';
import type { StoredEntry } from '../../ldap/store/stored-entry.ts';
import { ConfigError } from '../config.ts';
import { currentPosition, type Directory, followChanges } from '../directory/index.ts';
import { bind, type LdapIdentity } from './bind.ts';
import { EndedCredentials } from './ended-credentials.ts';
import { ReadModel } from './read-model.ts';

export interface LdapViewOptions {
  host: string;
  /** `0` turns the listener off. */
  port: number;
  /** `0` turns LDAPS off; without a certificate it is off too. */
  ldapsPort: number;
  /** Paths of PEM files. */
  tls: { certificate: string; key: string } | undefined;
  /** Takes binds in clear text from other hosts. */
  allowClearText: boolean;
  baseDn: string;
  onWake(listener: () => void): void;
  metrics: {
    ldapOperation(operation: string, resultCode: number, seconds: number): void;
    readEntries(count: () => number): void;
  };
  log: Logger;
}

/** The running LDAP side. */
export interface LdapView {
  /** Undefined where it is turned off. */
  port: number | undefined;
  /** DN of the first organization. */
  firstOrganizationDn(): string;
  /** Why the view may be behind the directory; undefined when it is not. */
  fault(): string | undefined;
  /** Resolves when everything committed before the call can be seen. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

const graceMs = 8000;
// The feed is read twice a second.
const staleMs = 5000;
const certificatePollMs = 5000;

/** Builds the read model, follows the change feed, and listens. */
export async function startLdapView(
  directory: Directory,
  options: LdapViewOptions,
): Promise<LdapView> {
  const { host, port, ldapsPort, tls, log, metrics } = options;
  const schema = new Schema();
  if (normalizeDnText(options.baseDn, schema) === undefined) {
    throw new ConfigError(`Wrong settings: ROSTER_LDAP_BASE_DN: ${options.baseDn} is not a DN`);
  }
  const secureContext = tls === undefined ? undefined : readFirstCertificate(tls);
  const model = new ReadModel(directory.entityManager, schema, options.baseDn);
  const ended = new EndedCredentials(directory);
  // Before the load, so that nothing falls between the load and the feed.
  const position = await currentPosition(directory.entityManager());
  await model.load();
  metrics.readEntries(() => model.size);

  let fault: string | undefined;
  let lastRead = performance.now();
  const follower = followChanges(
    directory.entityManager,
    position,
    async (changes) => {
      await ended.apply(changes);
      await model.apply(changes);
    },
    {
      onError: (error) => {
        if (fault === undefined)
          log.error({ err: error }, 'the LDAP view cannot follow the directory');
        fault = 'behind the directory';
      },
      onRead: () => {
        lastRead = performance.now();
        fault = undefined;
      },
    },
  );
  options.onWake(follower.wake);
  await follower.caughtUp();

  const listener = new LdapListener<LdapIdentity>({
    schema,
    directory: {
      bind: (attempt) => bind(directory, model, schema, attempt, follower.caughtUp),
      view: (identity) => (ended.has(identity.credential) ? undefined : viewOf(model, identity)),
      namingContexts: (identity) =>
        identity === undefined ? [] : [model.tree(identity.organization)?.store.suffix ?? ''],
    },
    allowClearTextBind: options.allowClearText,
    ...(secureContext === undefined ? {} : { secureContext }),
    observer: {
      operation: ({ operation, code, seconds }) => metrics.ldapOperation(operation, code, seconds),
      fault: (error) => log.error({ err: error }, 'an LDAP operation failed'),
    },
  });
  const close = async () => {
    if (tls !== undefined) for (const file of [tls.certificate, tls.key]) unwatchFile(file);
    await listener.close({ grace: graceMs });
    await follower.close();
  };
  try {
    const plain = port === 0 ? undefined : await listener.listen({ host, port });
    if (ldapsPort !== 0 && secureContext !== undefined) {
      await listener.listen({ host, port: ldapsPort, tls: true });
    }
    if (tls !== undefined) followCertificate(tls, listener, log);
    return {
      port: plain?.port,
      firstOrganizationDn: () => model.suffixes()[0] ?? options.baseDn,
      fault: () =>
        fault ?? (performance.now() - lastRead > staleMs ? 'behind the directory' : undefined),
      caughtUp: follower.caughtUp,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A service account sees its organization; a member sees the tree's top and their own entry. */
function viewOf(model: ReadModel, identity: LdapIdentity) {
  const tree = model.tree(identity.organization);
  const own = tree?.store.entryByUuid(identity.id);
  if (tree === undefined || own === undefined) return undefined;
  // Who was disabled or removed since binding has to bind again, also after coming back.
  if (identity.entry !== own) return undefined;
  const { store } = tree;
  if (identity.kind === 'service') return { store };
  return {
    store,
    visibility: { entry: (entry: StoredEntry) => entry === own || own.isWithin(entry) },
  };
}

function readFirstCertificate(tls: { certificate: string; key: string }): SecureContext {
  try {
    return readCertificate(tls);
  } catch (error) {
    const { message } = error as Error;
    throw new ConfigError(`Wrong settings: ROSTER_TLS_CERT, ROSTER_TLS_KEY: ${message}`);
  }
}

function readCertificate({
  certificate,
  key,
}: {
  certificate: string;
  key: string;
}): SecureContext {
  return createSecureContext({
    cert: readFileSync(certificate),
    key: readFileSync(key),
    minVersion: 'TLSv1.2',
  });
}

function followCertificate(
  tls: { certificate: string; key: string },
  listener: LdapListener<LdapIdentity>,
  log: Logger,
): void {
  const replace = () => {
    try {
      listener.replaceSecureContext(readCertificate(tls));
      log.info('the certificate was replaced');
    } catch (error) {
      log.error({ err: error }, 'the new certificate cannot be used; the old one stays');
    }
  };
  // Which of the two is written first is the renewer's choice.
  for (const file of [tls.certificate, tls.key]) {
    watchFile(file, { interval: certificatePollMs, persistent: false }, replace);
  }
}
