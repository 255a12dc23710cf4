import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { type Config, ConfigError } from './config.ts';
import { openDatabase } from './database/database.ts';
import {
  type Bootstrapped,
  bootstrap,
  countQueuedDeliveries,
  countWaitingSecurityEvents,
  createDirectory,
} from './directory/index.ts';
import { startHousekeeper } from './housekeeper.ts';
import { createApplication } from './http/application.ts';
import { type HttpListener, listenHttp } from './http/listener.ts';
import { type LiveChanges, startLiveChanges } from './http/live-changes.ts';
import { originOf } from './http/remote-address.ts';
import { startLdapView } from './ldap-view/ldap-view.ts';
import { mailTexts } from './mail/letters.ts';
import { startMailSender } from './mail/sender.ts';
import { testMail } from './mail/templates.ts';
import { createMailTransport } from './mail/transport.ts';
import { createMetrics } from './metrics.ts';
import { OperatorTypesError, readOperatorTypes } from './provisioning/operator-types.ts';
import { createProvisioning } from './provisioning/provisioning.ts';
import { securityEventTeller } from './provisioning/security-events.ts';
import { toleranceWords } from './provisioning/tolerance-words.ts';
import { startUsageRecorder } from './provisioning/usage.ts';
import { readSecretKey } from './secret-key.ts';
import { securityEventRoutes } from './security-events/poll.ts';
import { startSecurityEventSender } from './security-events/sender.ts';
import { exportAuditCsv } from './spreadsheet/export-audit.ts';
import { exportMembersCsv } from './spreadsheet/export-members.ts';
import { startWebhookSender } from './webhooks/sender.ts';

/** A running Roster. */
export interface Roster {
  publicUrl: string;
  httpPort: number;
  ldapUrl: string | undefined;
  /** DN of the first organization. */
  ldapBaseDn: string;
  /** The secrets of the first run; undefined on every other. */
  firstRun: Bootstrapped | undefined;
  /** Drains HTTP and LDAP, then lets go of the database. */
  close(): Promise<void>;
}

const assetsDirectory = fileURLToPath(new URL('../web-components/dist', import.meta.url));

/** Composes the service and starts it: database, directory, listeners, workers, in this order. */
export async function startRoster(config: Config, log: Logger): Promise<Roster> {
  if (!existsSync(assetsDirectory)) {
    throw new Error('The web components are not built; `npm run build` builds them.');
  }
  const operatorTypes = readResourceTypes(config);
  // What was started is closed in reverse, also when the rest cannot start.
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let closer = closers.pop(); closer !== undefined; closer = closers.pop()) await closer();
  };
  try {
    const database = await openDatabase({
      url: config.databaseUrl,
      dataDirectory: config.dataDirectory,
    });
    closers.push(database.close);
    const secretKey = readSecretKey(config, log);
    const directory = createDirectory({
      entityManager: database.entityManager,
      announce: database.wake,
      secretKey,
    });
    const metrics = createMetrics();

    const mail = startMailSender(directory, mailTransport(config), log);
    closers.push(mail.close);
    closers.push(startHousekeeper(directory, log).close);

    const webhookPolicy = { allowPrivate: config.webhooksAllowPrivate };
    const webhooks = startWebhookSender(directory, log, webhookPolicy);
    closers.push(webhooks.close);
    database.onWake(webhooks.wake);
    metrics.readGauge('roster_webhook_deliveries_queued', 'Deliveries that wait', () =>
      countQueuedDeliveries(directory.entityManager()),
    );

    metrics.readGauge('roster_security_events_waiting', 'Events that no receiver has taken', () =>
      countWaitingSecurityEvents(directory.entityManager()),
    );

    const liveChanges = await startLiveChanges(directory, {
      onError: (error) => log.error({ err: error }, 'live changes cannot follow the directory'),
    });
    closers.push(liveChanges.close);
    database.onWake(liveChanges.wake);
    metrics.readGauge('roster_live_streams', 'Open streams of live changes', liveChanges.count);
    const usage = startUsageRecorder(directory, log);
    closers.push(usage.close);

    const ldap = await startLdapView(directory, {
      host: config.host,
      port: config.ldapPort,
      ldapsPort: config.ldapsPort,
      tls: config.tls,
      allowClearText: config.ldapAllowClearText,
      baseDn: config.ldapBaseDn,
      onWake: database.onWake,
      metrics,
      log,
    });
    closers.push(ldap.close);

    let publicUrl = '';
    const stopping = new AbortController();
    const http = await listenHttp({ host: config.host, port: config.httpPort }, (port) => {
      publicUrl = config.publicUrl ?? `http://${linkHost(config.host)}:${port}`;
      return createApplication({
        directory,
        publicUrl,
        trustedProxies: config.trustedProxies,
        ldapBaseDn: config.ldapBaseDn,
        operatorKey: config.operatorKey,
        scim: createProvisioning(directory, {
          publicUrl,
          maxResults: config.scimMaxResults,
          requestsPerSecond: config.scimRequestsPerSecond,
          mailTexts,
          usage,
          operatorTypes,
          originOf,
          log,
        }),
        securityEvents: securityEventRoutes(directory, { stopping: stopping.signal }),
        assetsDirectory,
        health: { ready: () => readiness(database.ping, ldap.fault) },
        metrics,
        log,
        exportMembersCsv,
        exportAuditCsv,
        liveChanges,
        webhookPolicy,
        toleranceWords,
        mailTexts,
        testMail: (session) => testMail(session.organization.name),
      });
    });
    closers.push(() => http.close());
    // The issuer is known once the port is.
    const tell = securityEventTeller(`${publicUrl}/scim/v2`);
    const securityEvents = startSecurityEventSender(directory, tell, log, webhookPolicy);
    closers.push(securityEvents.close);
    database.onWake(securityEvents.wake);
    // Last of all: a start that failed before has told no secret, and lost none.
    const firstRun = await bootstrap(directory, config.bootstrap);
    await ldap.caughtUp();
    return {
      publicUrl,
      httpPort: http.port,
      ldapUrl: ldap.port === undefined ? undefined : `ldap://${linkHost(config.host)}:${ldap.port}`,
      ldapBaseDn: ldap.firstOrganizationDn(),
      firstRun,
      close: () => {
        stopping.abort();
        return drain(http, liveChanges, ldap.close, close);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

// Both listeners drain at the same time; what they use is closed after them.
async function drain(
  http: HttpListener,
  liveChanges: LiveChanges,
  closeLdap: () => Promise<void>,
  close: () => Promise<void>,
) {
  await Promise.all([liveChanges.close(), http.close(), closeLdap()]);
  await close();
}

async function readiness(
  ping: () => Promise<void>,
  ldapFault: () => string | undefined,
): Promise<Record<string, string> | undefined> {
  const database = await ping().then(
    () => undefined,
    () => 'does not answer',
  );
  const ldap = ldapFault();
  if (database === undefined && ldap === undefined) return undefined;
  return {
    ...(database === undefined ? {} : { database }),
    ...(ldap === undefined ? {} : { ldap }),
  };
}

/** @throws ConfigError in one line, before anything is started */
function readResourceTypes({ scimResourceTypes }: Config) {
  try {
    return scimResourceTypes === undefined ? [] : readOperatorTypes(scimResourceTypes);
  } catch (error) {
    if (!(error instanceof OperatorTypesError)) throw error;
    throw new ConfigError(`Wrong settings: ROSTER_SCIM_RESOURCE_TYPES: ${error.message}`);
  }
}

function mailTransport({ smtpUrl, mailFrom }: Config) {
  if (smtpUrl === undefined || mailFrom === undefined) return undefined;
  return createMailTransport({ url: smtpUrl, from: mailFrom });
}

/** The host to write into a link: a listener on all addresses is reached by name. */
function linkHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
