import type { FeedChange } from './changes.ts';

/** What webhooks are told of. */
export const webhookEvents = [
  'member.created',
  'member.joined',
  'member.updated',
  'member.disabled',
  'member.enabled',
  'member.removed',
  'department.created',
  'department.updated',
  'department.moved',
  'department.deleted',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** What a webhook can ask for: single events, or all of a kind. */
export const webhookPatterns = ['member.*', 'department.*', ...webhookEvents] as const;
export type WebhookPattern = (typeof webhookPatterns)[number];

/** The one event that a change is; undefined for what webhooks are not told of. */
export function webhookEventOf({
  subject,
  kind,
  action,
}: Pick<FeedChange, 'subject' | 'kind' | 'action'>): WebhookEvent | undefined {
  if (subject === 'member' && kind === 'deleted') return 'member.removed';
  const named = (name: string | undefined) => webhookEvents.find((event) => event === name);
  // A member joins by accepting.
  if (action === 'invitation.accepted') return 'member.joined';
  return named(action) ?? named(`${subject}.${kind}`);
}

/** Whether a webhook that asks for these is told of the event. */
export function asksFor(patterns: readonly WebhookPattern[], event: WebhookEvent): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('.*') ? event.startsWith(pattern.slice(0, -1)) : pattern === event,
  );
}
