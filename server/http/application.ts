import type { BlockList } from 'node:net';
import { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { requestId } from 'hono/request-id';
import type { Logger } from 'pino';
import type { Directory, DirectorySession, MailTexts, WebhookPolicy } from '../directory/index.ts';
import { type AuthenticatedEnv, authenticate } from './authentication.ts';
import { refuseBrokenText } from './body-text.ts';
import { consolePages } from './console-pages.ts';
import { cors } from './cors.ts';
import { answerFailures, answerNowhere } from './failure.ts';
import { idempotency } from './idempotency.ts';
import type { LiveChanges } from './live-changes.ts';
import { observeRequests, type RequestObserver } from './metrics-of-requests.ts';
import { problemPages } from './problem-pages.ts';
import { trustProxies } from './remote-address.ts';
import { apiKeyRoutes } from './routes/api-keys.ts';
import { appPasswordRoutes } from './routes/app-passwords.ts';
import { type AuditExport, auditRoutes } from './routes/audit.ts';
import { changeRoutes } from './routes/changes.ts';
import { departmentRoutes } from './routes/departments.ts';
import { eventStreamRoutes } from './routes/event-streams.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { joinRoutes } from './routes/join.ts';
import { mailRoutes } from './routes/mail.ts';
import { meRoutes } from './routes/me.ts';
import { memberBulkRoutes } from './routes/member-bulk.ts';
import { type MemberExport, memberListRoutes } from './routes/member-list.ts';
import { memberRoutes } from './routes/members.ts';
import { operatorRoutes } from './routes/operator.ts';
import { organizationRoutes } from './routes/organization.ts';
import { passwordResetIssueRoutes, passwordResetRoutes } from './routes/password-reset.ts';
import { removalRoutes } from './routes/removal.ts';
import { roleRoutes } from './routes/roles.ts';
import { scimTokenRoutes } from './routes/scim-tokens.ts';
import { scimUsageRoutes, type ToleranceWords } from './routes/scim-usage.ts';
import { serviceAccountRoutes } from './routes/service-accounts.ts';
import { sessionRoutes, switchRoutes } from './routes/session.ts';
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { widgetTokenRoutes } from './routes/widget-tokens.ts';

export interface ApplicationOptions {
  directory: Directory;
  /** Base of every link; decides whether cookies are secure. */
  publicUrl: string;
  /** Whose `X-Forwarded-For` is believed; without it nobody's. */
  trustedProxies?: BlockList | undefined;
  /** Suffix above all organizations that have set none of their own. */
  ldapBaseDn: string;
  /** What the operator founds organizations with; without it nobody can. */
  operatorKey?: string | undefined;
  /** The SCIM service, mounted at `/scim/v2`. */
  scim: Hono;
  /** Where security events are fetched, and the keys to verify them with; mounted at the root. */
  securityEvents: Hono;
  /** Where the built web components are. */
  assetsDirectory: string;
  health: { ready(): Promise<Record<string, string> | undefined> };
  metrics: {
    httpRequest: RequestObserver;
    scrape(): Promise<{ contentType: string; body: string }>;
  };
  log: Logger;
  exportMembersCsv: MemberExport;
  exportAuditCsv: AuditExport;
  liveChanges: LiveChanges;
  webhookPolicy: WebhookPolicy;
  /** The words for what SCIM connections lean on. */
  toleranceWords: ToleranceWords;
  /** The words of the mails that people get. */
  mailTexts: MailTexts;
  /** What the mail says that tries the mail server. */
  testMail: (session: DirectorySession) => { subject: string; text: string };
}

export type AdminApiOptions = Pick<
  ApplicationOptions,
  | 'directory'
  | 'publicUrl'
  | 'ldapBaseDn'
  | 'operatorKey'
  | 'exportMembersCsv'
  | 'exportAuditCsv'
  | 'liveChanges'
  | 'webhookPolicy'
  | 'toleranceWords'
  | 'mailTexts'
  | 'testMail'
> & { log: Pick<Logger, 'error'> };

const maximumBodyBytes = 1024 * 1024;

/** Everything that Roster answers over HTTP. */
export function createApplication(options: ApplicationOptions): Hono {
  const { publicUrl, trustedProxies, scim, securityEvents } = options;
  const { assetsDirectory, health, metrics, log } = options;
  const app = new Hono();
  app.use(requestId({ limitLength: 64 }));
  app.use(async (c, next) => {
    await next();
    // An answer that no context made has not got it.
    c.header('x-request-id', c.get('requestId'));
  });
  app.use(trustProxies(trustedProxies));
  app.use(observeRequests(metrics.httpRequest));
  app.onError(answerFailures(log));
  app.notFound(answerNowhere);

  app.get('/health/live', (c) => c.json({ status: 'live' }));
  app.get('/health/ready', async (c) => {
    const faults = await health.ready();
    return faults === undefined
      ? c.json({ status: 'ready' })
      : c.json({ status: 'not ready', faults }, 503);
  });
  app.get('/metrics', async (c) => {
    const { contentType, body } = await metrics.scrape();
    return c.body(body, 200, { 'content-type': contentType });
  });

  app.route('/scim/v2', scim);
  app.route('/', securityEvents);
  app.route('/api/v1', adminApi(options));
  app.route('/problems', problemPages());
  app.route('/', consolePages(assetsDirectory, { secure: publicUrl.startsWith('https:') }));
  return app;
}

/** The admin API, whose routes make the OpenAPI document. */
export function adminApi(options: AdminApiOptions) {
  const { directory, publicUrl, ldapBaseDn, operatorKey, log } = options;
  const { exportMembersCsv, exportAuditCsv, mailTexts, testMail } = options;
  const { liveChanges, webhookPolicy, toleranceWords } = options;
  const correspondence = { publicUrl, texts: mailTexts };
  const secureCookie = publicUrl.startsWith('https:');
  const api = new OpenAPIHono();
  api.onError(answerFailures(log));
  api.notFound(answerNowhere);
  api.use(async (c, next) => {
    await next();
    c.header('x-content-type-options', 'nosniff');
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
  });
  api.use(cors(directory));
  api.use(
    bodyLimit({
      maxSize: maximumBodyBytes,
      onError: () => {
        throw new HTTPException(413, { message: `More than ${maximumBodyBytes} bytes.` });
      },
    }),
  );
  api.use(refuseBrokenText);
  api.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
  });
  api.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'roster_session',
  });
  api.doc31('/openapi.json', openApiDocument);
  api.openAPIRegistry.registerComponent('securitySchemes', 'operatorKey', {
    type: 'http',
    scheme: 'bearer',
  });
  api.route('/', sessionRoutes(directory, { secureCookie, texts: mailTexts }));
  api.route('/', joinRoutes(directory));
  api.route('/', passwordResetRoutes(directory, correspondence));
  api.route('/', operatorRoutes(directory, operatorKey));
  const guarded = new OpenAPIHono<AuthenticatedEnv>();
  guarded.use(authenticate(directory, { secureCookie }));
  // Its answer is a cookie, which is told once; and it writes in a transaction of its own.
  guarded.route('/', switchRoutes(directory, { secureCookie }));
  guarded.use(idempotency());
  guarded.route('/', organizationRoutes({ ldapBaseDn }));
  guarded.route('/', departmentRoutes());
  guarded.route('/', roleRoutes());
  guarded.route('/', memberListRoutes(exportMembersCsv));
  guarded.route('/', memberBulkRoutes(correspondence));
  guarded.route('/', memberRoutes(directory));
  guarded.route('/', removalRoutes());
  guarded.route('/', invitationRoutes(correspondence));
  guarded.route('/', passwordResetIssueRoutes(correspondence));
  guarded.route('/', meRoutes());
  guarded.route('/', appPasswordRoutes());
  guarded.route('/', apiKeyRoutes());
  guarded.route('/', scimTokenRoutes());
  guarded.route('/', serviceAccountRoutes(directory));
  guarded.route('/', widgetTokenRoutes());
  guarded.route('/', mailRoutes(testMail));
  guarded.route('/', auditRoutes(exportAuditCsv));
  guarded.route('/', webhookRoutes(directory, webhookPolicy));
  guarded.route('/', webhookDeliveryRoutes());
  guarded.route('/', eventStreamRoutes(directory, { publicUrl, policy: webhookPolicy }));
  guarded.route('/', changeRoutes(liveChanges));
  guarded.route('/', scimUsageRoutes(toleranceWords));
  api.route('/', guarded);
  return api;
}

export const openApiDocument = {
  openapi: '3.1.0',
  info: {
    title: 'Roster admin API',
    version: '1',
    description:
      'A POST with a session or an API key may carry `Idempotency-Key` (1 to 255 printable characters, best a random UUID): sent again within 24 hours it is not done again but gets the first answer, with `Idempotent-Replayed: true`.',
  },
  servers: [{ url: '/api/v1' }],
  security: [{ apiKey: [] as string[] }, { session: [] as string[] }] as Record<string, string[]>[],
};
