import { isIP } from 'node:net';
import { DirectoryError } from './errors.ts';
import { isPublicAddress } from './public-address.ts';

/** What the operator lets webhooks and event streams call. */
export interface WebhookPolicy {
  /** Addresses that are not public, and plain http. */
  allowPrivate: boolean;
}

const longest = 2048;

/**
 * The URL of a webhook as it is stored. What its host's name stands for is seen when it is called.
 *
 * @throws DirectoryError `invalid-value`
 */
export function acceptWebhookUrl(text: string, { allowPrivate }: WebhookPolicy): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw refused('is not an https URL');
  if (url.protocol === 'http:' && !allowPrivate) throw refused('must be an https URL');
  if (url.username !== '' || url.password !== '') throw refused('must not carry credentials');
  if (url.hash !== '') throw refused('must not carry a fragment');
  if (url.href.length > longest) throw refused(`is longer than ${longest} characters`);
  const host = hostOf(url);
  if (!allowPrivate && (isIP(host) === 0 ? isLocalName(host) : !isPublicAddress(host))) {
    throw refused('must be a public address');
  }
  return url.href;
}

/** The host as the network knows it: an IPv6 address without its brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

function isLocalName(host: string): boolean {
  return /(^|\.)localhost\.?$/.test(host);
}

function refused(message: string): DirectoryError {
  return new DirectoryError('invalid-value', `url ${message}`, { field: 'url' });
}
