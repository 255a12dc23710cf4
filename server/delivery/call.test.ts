import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWebhookReceiver, type WebhookReceiver } from '../../test/support/webhook-receiver.ts';
import { call, PrivateAddressError, type Resolve } from './call.ts';

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await startWebhookReceiver();
});
afterAll(() => receiver.stop());

const privately = { allowPrivate: true };
const publicly = { allowPrivate: false };
const headers = { 'content-type': 'application/json', 'webhook-id': 'x' };
const post = async (url: string, options: Parameters<typeof call>[1]) =>
  (await call({ url, headers, body: '{"a":"ä"}' }, options)).status;
const resolvesTo =
  (...addresses: string[]): Resolve =>
  (_host, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

test('the body arrives whole, and the status comes back', async () => {
  expect(await post(`${receiver.url}/events?a=1`, privately)).toBe(204);
  expect(receiver.received.at(-1)).toMatchObject({
    path: '/events?a=1',
    body: '{"a":"ä"}',
    headers,
  });
});

test.each([
  ['127.0.0.1', resolvesTo('1.1.1.1')],
  ['[::1]', resolvesTo('1.1.1.1')],
  ['2130706433', resolvesTo('1.1.1.1')],
  ['internal.example', resolvesTo('127.0.0.1')],
  ['both.example', resolvesTo('1.1.1.1', '127.0.0.1')],
  ['mapped.example', resolvesTo('::ffff:127.0.0.1')],
  ['metadata.example', resolvesTo('169.254.169.254')],
])('%s is not called', async (host, resolve) => {
  const before = receiver.received.length;
  const url = `http://${host}:${receiver.port}/`;
  await expect(post(url, { ...publicly, resolve })).rejects.toThrow(PrivateAddressError);
  expect(receiver.received).toHaveLength(before);
});

test('a name that stands for another address a moment later gains nothing', async () => {
  // Public whenever somebody only asks; private when it is about to be called.
  const answers = [['1.1.1.1'], ['127.0.0.1']];
  const asked: string[] = [];
  const resolve: Resolve = (host, done) => {
    asked.push(host);
    resolvesTo(...(answers[asked.length % 2] ?? []))(host, done);
  };
  await expect(
    post(`http://rebinding.example:${receiver.port}/`, { ...publicly, resolve }),
  ).rejects.toThrow(PrivateAddressError);
  // The one answer that was looked at is the one that would have been called.
  expect(asked).toEqual(['rebinding.example']);
});

test('a host is called at the address that was looked at', async () => {
  const before = receiver.received.length;
  const url = `http://product.example:${receiver.port}/`;
  expect(await post(url, { ...privately, resolve: resolvesTo('127.0.0.1') })).toBe(204);
  expect(receiver.received).toHaveLength(before + 1);
  expect(receiver.received.at(-1)?.headers.host).toBe(`product.example:${receiver.port}`);
});

test('a redirect is an answer like any other', async () => {
  const before = receiver.received.length;
  receiver.state.answer = (response) =>
    void response.writeHead(307, { location: `${receiver.url}/elsewhere` }).end();
  expect(await post(receiver.url, privately)).toBe(307);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(receiver.received).toHaveLength(before + 1);
});

test('an answer without end is not read to its end', async () => {
  let written = 0;
  const closed = Promise.withResolvers<void>();
  receiver.state.answer = (response) => {
    response.writeHead(200);
    const more = () => {
      written += 65_536;
      if (response.write('x'.repeat(65_536))) setImmediate(more);
      else response.once('drain', more);
    };
    response.on('close', closed.resolve);
    more();
  };
  expect(await post(receiver.url, privately)).toBe(200);
  await closed.promise;
  expect(written).toBeLessThan(64 * 1024 * 1024);
});

test('of an answer that is wanted the beginning is read, for a moment', async () => {
  const wanted = () => call({ url: receiver.url, headers, body: '', reads: true }, privately);
  receiver.state.answer = (response) => void response.writeHead(400).end('{"err":"x"}');
  expect(await wanted()).toEqual({ status: 400, body: '{"err":"x"}' });
  receiver.state.answer = (response) => void response.writeHead(400).end('x'.repeat(99_999));
  expect((await wanted()).body).toHaveLength(16_384);
  receiver.state.answer = (response) => void response.writeHead(400).write('slow');
  expect(await wanted()).toEqual({ status: 400, body: 'slow' });
});

test('who answers nothing is given up', async () => {
  receiver.state.answer = () => {};
  await expect(post(receiver.url, { ...privately, timeoutMs: 100 })).rejects.toMatchObject({
    cause: { name: 'TimeoutError' },
  });
});
