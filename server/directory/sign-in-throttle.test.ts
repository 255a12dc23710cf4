import { expect, test } from 'vitest';
import { createSignInThrottle, networkOf } from './sign-in-throttle.ts';

test('an account waits twice as long after each further failure, up to a bound, and is forgiven', () => {
  let now = 0;
  const throttle = createSignInThrottle({ now: () => new Date(now) });
  const attempt = { account: 'acme/anna', address: '192.0.2.1' };
  const waits: number[] = [];
  for (let failure = 1; failure <= 16; failure++) {
    throttle.failed({ ...attempt, address: `192.0.${failure}.1` });
    try {
      throttle.check({ ...attempt, address: '203.0.113.1' });
      waits.push(0);
    } catch (error) {
      waits.push((error as { retryAfterSeconds: number }).retryAfterSeconds);
    }
  }
  expect(waits).toEqual([0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
  now += 300_000;
  throttle.check(attempt);
  throttle.succeeded(attempt);
  throttle.failed(attempt);
  throttle.check(attempt);
});

test('a network that fails much waits as a whole, but for who has signed in from there', () => {
  const throttle = createSignInThrottle();
  const anna = { account: 'acme/anna', address: '192.0.2.7' };
  throttle.succeeded(anna);
  for (let failure = 0; failure < 40; failure++) {
    throttle.failed({ account: `acme/stranger${failure}`, address: '192.0.2.9' });
  }
  expect(() => throttle.check({ account: 'acme/ben', address: '192.0.2.10' })).toThrow();
  throttle.check(anna);
  throttle.check({ account: 'acme/ben', address: '198.51.100.1' });
});

test.each([
  ['192.0.2.7', '192.0.2'],
  ['::ffff:192.0.2.7', '192.0.2'],
  ['2001:db8:0:1:2::3', '2001:db8:0:1'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
])('the network of %s is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});
