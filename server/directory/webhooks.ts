import { randomBytes } from 'node:crypto';
import { LockMode } from '@mikro-orm/core';
import { v7 as uuidv7 } from 'uuid';
import type { AuditDetails } from './changes.ts';
import type { Directory } from './directory.ts';
import { Organization } from './entities/organization.ts';
import { Webhook } from './entities/webhook.ts';
import { DirectoryError } from './errors.ts';
import { demandVersion, type VersionCondition } from './expected-version.ts';
import { changedFields, secretChange } from './field-change.ts';
import { isUuid } from './filter-sql.ts';
import { type ActorReference, type DirectorySession, demand } from './session.ts';
import { acceptName } from './text.ts';
import { type WebhookPattern, webhookPatterns } from './webhook-events.ts';
import { acceptWebhookUrl, type WebhookPolicy } from './webhook-url.ts';
import { type WriteSession, write } from './write.ts';

/** A webhook without its secret. */
export interface WebhookView {
  id: string;
  url: string;
  description: string;
  /** In the order of the catalogue. */
  events: WebhookPattern[];
  enabled: boolean;
  /** Until then the secret before the last rotation signs too; null when only one does. */
  previousSecretUntil: Date | null;
  createdBy: ActorReference;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}

export interface WebhookInput {
  url: string;
  description: string;
  events: readonly WebhookPattern[];
  enabled: boolean;
}

type Secrets = Pick<Directory, 'secrets'>;

const webhooksOfOrganization = 20;
const previousSecretMs = 24 * 3_600_000;

/** The webhooks, oldest first. */
export async function listWebhooks(session: DirectorySession): Promise<WebhookView[]> {
  demand(session, 'webhooks:read');
  const webhooks = await session.em.find(
    Webhook,
    { organization: session.organization.id },
    { orderBy: { createdAt: 'asc', id: 'asc' } },
  );
  return webhooks.map((webhook) => viewOf(session, webhook));
}

/**
 * Makes a webhook: it is told of what happens from now on.
 *
 * @returns also its secret, told this once
 * @throws DirectoryError `invalid-value`; `conflict` for one too many
 */
export async function createWebhook(
  session: DirectorySession,
  { secrets }: Secrets,
  input: WebhookInput,
  policy: WebhookPolicy,
): Promise<WebhookView & { secret: string }> {
  demand(session, 'webhooks:write');
  const id = uuidv7();
  const { secret, sealed } = newSecret(session, { secrets }, id);
  return write(session, async (tx) => {
    const { organization } = tx;
    if ((await tx.em.count(Webhook, { organization: organization.id })) >= webhooksOfOrganization) {
      throw new DirectoryError('conflict', `More than ${webhooksOfOrganization} webhooks.`);
    }
    const webhook = tx.em.create(Webhook, {
      organization: tx.em.getReference(Organization, organization.id),
      id,
      url: acceptWebhookUrl(input.url, policy),
      description: acceptDescription(input.description),
      events: acceptEvents(input.events),
      secret: sealed,
      enabled: input.enabled,
      createdBy: tx.actor,
      createdAt: tx.now,
      updatedAt: tx.now,
      version: 1,
    });
    tx.record({
      subject: 'webhook',
      subjectId: id,
      kind: 'created',
      name: webhookName(webhook),
      fields: changedFields({}, auditFields(webhook)),
    });
    return { ...viewOf(tx, webhook), secret };
  });
}

/**
 * Changes a webhook; nothing changed means no new version. What is queued goes to its new URL. A disabled
 * one is not told of what happens meanwhile; what was queued before waits.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`, `invalid-value`
 */
export async function changeWebhook(
  session: DirectorySession,
  id: string,
  change: { [field in keyof WebhookInput]?: WebhookInput[field] | undefined },
  policy: WebhookPolicy,
  condition: VersionCondition = {},
): Promise<WebhookView> {
  demand(session, 'webhooks:write');
  return write(session, async (tx) => {
    const webhook = await lockWebhook(tx, id, condition);
    const before = auditFields(webhook);
    const urlBefore = webhook.url;
    const { url, description, events, enabled } = change;
    if (url !== undefined) webhook.url = acceptWebhookUrl(url, policy);
    if (description !== undefined) webhook.description = acceptDescription(description);
    if (events !== undefined) webhook.events = acceptEvents(events);
    if (enabled !== undefined) webhook.enabled = enabled;
    const fields = changedFields(before, auditFields(webhook));
    if (Object.keys(fields).length > 0 || webhook.url !== urlBefore) touch(tx, webhook, { fields });
    return viewOf(tx, webhook);
  });
}

/**
 * Deletes a webhook with all that was on its way to it.
 *
 * @throws DirectoryError `not-found`, `version-mismatch`
 */
export async function deleteWebhook(
  session: DirectorySession,
  id: string,
  condition: VersionCondition = {},
): Promise<void> {
  demand(session, 'webhooks:write');
  await write(session, async (tx) => {
    const webhook = await lockWebhook(tx, id, condition);
    tx.em.remove(webhook);
    tx.record({
      subject: 'webhook',
      subjectId: webhook.id,
      kind: 'deleted',
      name: webhookName(webhook),
      fields: changedFields(auditFields(webhook), {}),
    });
  });
}

/**
 * Gives a webhook a new secret. For a day the one before signs too, so that the receiver can change over.
 *
 * @returns also the new secret, told this once
 * @throws DirectoryError `not-found`
 */
export async function rotateWebhookSecret(
  session: DirectorySession,
  { secrets }: Secrets,
  id: string,
): Promise<WebhookView & { secret: string }> {
  demand(session, 'webhooks:write');
  return write(session, async (tx) => {
    const webhook = await lockWebhook(tx, id);
    const { secret, sealed } = newSecret(session, { secrets }, webhook.id);
    webhook.previousSecret = webhook.secret;
    webhook.previousSecretUntil = new Date(tx.now.getTime() + previousSecretMs);
    webhook.secret = sealed;
    touch(tx, webhook, { action: 'webhook.rotated', fields: { secret: secretChange } });
    return { ...viewOf(tx, webhook), secret };
  });
}

/** @throws DirectoryError `not-found`, `version-mismatch` */
async function lockWebhook(
  tx: WriteSession,
  id: string,
  condition: VersionCondition = {},
): Promise<Webhook> {
  const webhook = await findWebhook(tx, id, true);
  demandVersion(webhook.version, condition, 'webhook');
  return webhook;
}

/** @throws DirectoryError `not-found` */
export async function findWebhook(
  { em, organization }: DirectorySession,
  id: string,
  locked = false,
): Promise<Webhook> {
  const webhook = isUuid(id)
    ? await em.findOne(
        Webhook,
        { organization: organization.id, id },
        locked ? { lockMode: LockMode.PESSIMISTIC_WRITE } : {},
      )
    : null;
  if (webhook === null) throw new DirectoryError('not-found', 'There is no such webhook.');
  return webhook;
}

/** What the secrets of a webhook are sealed for. */
export function webhookContext(organization: string, webhook: string): string {
  return `webhook:${organization}:${webhook}`;
}

function newSecret({ organization }: DirectorySession, { secrets }: Secrets, webhook: string) {
  // The form of the Standard Webhooks specification.
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  return { secret, sealed: secrets.seal(secret, webhookContext(organization.id, webhook)) };
}

function touch(
  tx: WriteSession,
  webhook: Webhook,
  details: Pick<AuditDetails, 'action' | 'fields'>,
): void {
  webhook.updatedAt = tx.now;
  webhook.version += 1;
  tx.record({
    subject: 'webhook',
    subjectId: webhook.id,
    kind: 'updated',
    name: webhookName(webhook),
    ...details,
  });
}

/** What the audit calls a webhook. */
export function webhookName({ description, url }: Webhook): string {
  return description || new URL(url).host;
}

// Whoever knows the path of a chat's webhook can write to it: the rest of the URL is as a secret.
function auditFields({ url, description, events, enabled }: Webhook) {
  return { url: new URL(url).origin, description, events, enabled };
}

function acceptDescription(text: string): string {
  return text.trim() === '' ? '' : acceptName(text, 'description');
}

function acceptEvents(events: readonly WebhookPattern[]): WebhookPattern[] {
  if (events.length === 0) {
    throw new DirectoryError('invalid-value', 'events must not be empty', { field: 'events' });
  }
  return webhookPatterns.filter((pattern) => events.includes(pattern));
}

function viewOf({ now }: DirectorySession, webhook: Webhook): WebhookView {
  const { id, url, description, events, enabled, createdBy } = webhook;
  const until = webhook.previousSecretUntil ?? null;
  return {
    id,
    url,
    description,
    events,
    enabled,
    previousSecretUntil: until !== null && until > now ? until : null,
    createdBy,
    createdAt: webhook.createdAt,
    updatedAt: webhook.updatedAt,
    version: webhook.version,
  };
}
