import { once } from 'node:events';
import { connect } from 'node:net';
import { Client } from 'ldapts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { firstRun, type RunningRoster, startRoster } from '../support/running-roster.ts';

// One connection's input harms no other.

let roster: RunningRoster;
let bystander: Client;
beforeAll(async () => {
  roster = await startRoster();
  bystander = new Client({ url: roster.ldapUrl, timeout: 10_000 });
  await bystander.bind(firstRun.serviceDn, firstRun.ldapPassword);
});
afterAll(async () => {
  await bystander?.unbind();
  await roster?.dispose();
});

const noticeOfDisconnection = '1.3.6.1.4.1.1466.20036';

/** Sends bytes and answers what came back before the server closed. */
async function send(...pieces: Buffer[]): Promise<string> {
  const socket = connect(roster.ldapPort, '127.0.0.1');
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  // A server that closes early may reset what is still on its way.
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  for (const piece of pieces) if (!socket.destroyed) socket.write(piece);
  await closed;
  return Buffer.concat(received).toString('latin1');
}

const bind = Buffer.from(
  `301a02010160150201030410${Buffer.from('cn=x,ou=services').toString('hex')}`,
  'hex',
);

test.each([
  ['bytes that are no BER', Buffer.alloc(64, 0xff)],
  ['a length without end', Buffer.from('3080020101', 'hex')],
  ['a message that says it has 2 GiB', Buffer.from('30847fffffff020101', 'hex')],
  ['a message of more than 1 MiB', Buffer.from('30830fffff020101', 'hex')],
  ['message id 0', Buffer.from('300c020100600702010304008000', 'hex')],
  ['an operation that there is not', Buffer.from('30050201015f00', 'hex')],
  ['a bind that ends in its middle', Buffer.concat([bind, Buffer.from('ff', 'hex')])],
])('%s: a notice of disconnection, and nobody else notices', async (_what, bytes) => {
  expect(await send(bytes)).toContain(noticeOfDisconnection);
  const { searchEntries } = await bystander.search(firstRun.baseDn, { filter: '(uid=admin)' });
  expect(searchEntries).toHaveLength(1);
});

test('thousands of tiny messages in one write end one connection at most', async () => {
  const abandon = Buffer.from('3006020105500101', 'hex');
  const socket = connect(roster.ldapPort, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(Buffer.concat(Array.from({ length: 60_000 }, () => abandon)));
  const { searchEntries } = await bystander.search(firstRun.baseDn, { filter: '(uid=admin)' });
  expect(searchEntries).toHaveLength(1);
  socket.destroy();
  expect((await fetch(`${roster.url}/health/ready`)).status).toBe(200);
});
