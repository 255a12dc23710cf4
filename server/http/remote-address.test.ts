import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { parseTrustedProxies } from '../trusted-proxies.ts';
import { remoteAddress, trustProxies } from './remote-address.ts';

async function seen(peer: string, forwardedFor?: string, trusted?: string): Promise<string> {
  const app = new Hono()
    .use(trustProxies(trusted === undefined ? undefined : parseTrustedProxies(trusted)))
    .get('/', (c) => c.text(remoteAddress(c)));
  const headers = forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor };
  const env = { incoming: { socket: { remoteAddress: peer } } };
  return (await app.request('/', { headers }, env)).text();
}

test.each([
  [
    'nobody is trusted unless the operator says so',
    '10.0.0.1',
    '198.51.100.7',
    undefined,
    '10.0.0.1',
  ],
  ['a stranger who says something', '192.0.2.1', '198.51.100.7', '10.0.0.0/8', '192.0.2.1'],
  ['a proxy', '10.0.0.1', '198.51.100.7', '10.0.0.0/8', '198.51.100.7'],
  ['a proxy that says nothing', '10.0.0.1', undefined, '10.0.0.0/8', '10.0.0.1'],
  ['what a client put in front', '10.0.0.1', '1.1.1.1, 198.51.100.7', '10.0.0.0/8', '198.51.100.7'],
  ['a proxy behind a proxy', '10.0.0.1', '198.51.100.7, 10.9.9.9', '10.0.0.0/8', '198.51.100.7'],
  ['proxies only', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.0/8', '10.0.0.3'],
  ['what is no address', '10.0.0.1', '198.51.100.7, unknown', '10.0.0.0/8', '10.0.0.1'],
  ['an empty list', '10.0.0.1', '', '10.0.0.0/8', '10.0.0.1'],
  ['IPv4 in IPv6', '::ffff:10.0.0.1', '::ffff:198.51.100.7', '10.0.0.1', '198.51.100.7'],
  ['ports and brackets', '::1', '[2001:db8::7]:4711', '::1,10.0.0.1', '2001:db8::7'],
  ['a port', '10.0.0.1', '198.51.100.7:4711', '10.0.0.1', '198.51.100.7'],
  ['a network of IPv6', '2001:db8:1::5', '198.51.100.7', '2001:db8:1::/48', '198.51.100.7'],
])('%s', async (_what, peer, forwardedFor, trusted, expected) => {
  expect(await seen(peer, forwardedFor, trusted)).toBe(expected);
});

test.each([
  '10.0.0.0/33',
  'proxy.example',
  '10.0.0.1/',
  '10.0.0.1/8/8',
  '::1/129',
  '10.0.0.1,,::1',
])('%s trusts nobody by mistake', (text) => {
  expect(() => parseTrustedProxies(text)).toThrow('is not an address or a CIDR range');
});
