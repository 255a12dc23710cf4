import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Logger } from 'pino';
import { LdapListener } from '../../ldap/listener.ts';
import { Schema } from '../../ldap/schema/schema.ts';
import type { StoredEntry } from '../../ldap/store/stored-entry.ts';
import { currentPosition, type Directory, followChanges } from '../directory/index.ts';
import { bind, type LdapIdentity } from './bind.ts';
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
  close(): Promise<void>;
}

const graceMs = 8000;
const certificatePollMs = 5000;

/** Builds the read model, follows the change feed, and listens. */
export async function startLdapView(
  directory: Directory,
  options: LdapViewOptions,
): Promise<LdapView> {
  const { host, port, ldapsPort, tls, log, metrics } = options;
  const schema = new Schema();
  const model = new ReadModel(directory.entityManager, schema, options.baseDn);
  // Before the load, so that nothing falls between the load and the feed.
  const position = await currentPosition(directory.entityManager());
  await model.load();
  metrics.readEntries(() => model.size);

  let fault: string | undefined;
  const follower = followChanges(
    directory.entityManager,
    position,
    (changes) => model.apply(changes),
    {
      onError: (error) => {
        if (fault === undefined)
          log.error({ err: error }, 'the LDAP view cannot follow the directory');
        fault = 'behind the directory';
      },
      onRead: () => {
        fault = undefined;
      },
    },
  );
  options.onWake(follower.wake);
  await follower.caughtUp();

  const secureContext = tls === undefined ? undefined : readCertificate(tls);
  const listener = new LdapListener<LdapIdentity>({
    schema,
    directory: {
      bind: (attempt) => bind(directory, model, schema, attempt),
      view: (identity) => viewOf(model, identity),
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
    if (tls !== undefined) unwatchFile(tls.certificate);
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
      fault: () => fault,
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
  // Removed or disabled since it bound.
  if (tree === undefined || own === undefined) return undefined;
  const { store } = tree;
  if (identity.kind === 'service') return { store };
  return {
    store,
    visibility: { entry: (entry: StoredEntry) => entry === own || own.isWithin(entry) },
  };
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
  watchFile(tls.certificate, { interval: certificatePollMs, persistent: false }, () => {
    try {
      listener.replaceSecureContext(readCertificate(tls));
      log.info('the certificate was replaced');
    } catch (error) {
      log.error({ err: error }, 'the new certificate cannot be used; the old one stays');
    }
  });
}
