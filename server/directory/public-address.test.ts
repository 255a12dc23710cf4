import { expect, test } from 'vitest';
import { isPublicAddress } from './public-address.ts';
import { acceptWebhookUrl } from './webhook-url.ts';

test.each([
  '93.184.215.14',
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '192.0.1.1',
  '223.255.255.255',
  '2606:4700::1111',
  '2a00:1450:4001::200e',
])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

test.each([
  ['0.0.0.0', 'this host'],
  ['0.1.2.3', 'this network'],
  ['10.0.0.1', 'private'],
  ['100.64.0.1', 'shared by a carrier'],
  ['100.127.255.255', 'shared by a carrier'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['169.254.169.254', 'link local: metadata of clouds'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.0.0.8', 'protocol assignments'],
  ['192.0.2.1', 'documentation'],
  ['192.88.99.1', '6to4 relay'],
  ['192.168.1.1', 'private'],
  ['198.18.0.1', 'benchmarks'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'IPv4 within'],
  ['::ffff:8.8.8.8', 'IPv4 within'],
  ['::7f00:1', 'IPv4 within, of old'],
  ['64:ff9b::7f00:1', 'IPv4 within: NAT64'],
  ['64:ff9b:1::1', 'NAT64 of a site'],
  ['100::1', 'discard'],
  ['2001::1', 'Teredo'],
  ['2001:db8::1', 'documentation'],
  ['2002:7f00:1::', 'IPv4 within: 6to4'],
  ['3fff::1', 'documentation'],
  ['fc00::1', 'unique local'],
  ['fd12:3456::1', 'unique local'],
  ['fe80::1', 'link local'],
  ['fe80::1%eth0', 'link local, with a zone'],
  ['fec0::1', 'site local'],
  ['ff02::1', 'multicast'],
  ['example.com', 'no address'],
  ['', 'no address'],
])('%s is not: %s', (address) => expect(isPublicAddress(address)).toBe(false));

test.each([
  'http://product.example/',
  'ftp://product.example/',
  'https://user:secret@product.example/',
  'https://user@product.example/',
  'https://product.example/#part',
  'https://localhost/',
  'https://anything.localhost./',
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f.0.0.1/',
  'https://[::1]/',
  'https://[::ffff:10.0.0.1]/',
  'https://169.254.169.254/latest/meta-data',
  `https://product.example/${'a'.repeat(2048)}`,
  'product.example',
  'javascript:alert(1)',
  '',
])('%s is no URL for a webhook', (url) => {
  expect(() => acceptWebhookUrl(url, { allowPrivate: false })).toThrow(/^url /);
});

test('the port and the path are free', () => {
  const url = 'https://product.example:8443/events?token=a';
  expect(acceptWebhookUrl(url, { allowPrivate: false })).toBe(url);
});

test('where the operator allows it, private addresses and plain http are taken', () => {
  const policy = { allowPrivate: true };
  expect(acceptWebhookUrl('http://127.0.0.1:9000/x', policy)).toBe('http://127.0.0.1:9000/x');
  expect(() => acceptWebhookUrl('http://a:b@127.0.0.1/', policy)).toThrow('credentials');
});
