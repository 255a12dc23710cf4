import { connect as connectTls, type TLSSocket } from 'node:tls';
import { Client } from 'ldapts';
import { expect, onTestFinished, test } from 'vitest';
import { Oid } from '../message/oids.ts';
import { ResultCode } from '../message/result-code.ts';
import { acmeSuffix, personDn } from '../test-support/acme.ts';
import { testCertificates } from '../test-support/certificates.ts';
import { serve } from '../test-support/serve.ts';
import {
  bindRequest,
  extendedRequest,
  searchRequest,
  type WireClient,
} from '../test-support/wire.ts';

const startTls = extendedRequest(1, Oid.startTls);
const secured = () => serve({ secureContext: testCertificates.first });

async function upgrade(client: WireClient): Promise<TLSSocket> {
  const socket = connectTls({ socket: client.socket, rejectUnauthorized: false });
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve).once('error', reject);
  });
  return socket;
}

test('StartTLS, then a bind and a search (RFC 4511 section 4.14)', async () => {
  const { port, faults } = await secured();
  const client = new Client({ url: `ldap://127.0.0.1:${port}` });
  await client.startTLS({ rejectUnauthorized: false });
  await client.bind(personDn('anna'), 'secret');
  const { searchEntries } = await client.search(acmeSuffix, { filter: '(uid=ben)' });
  expect(searchEntries).toMatchObject([{ mail: 'ben@acme.com' }]);
  await client.unbind();
  expect(faults).toEqual([]);
});

test('LDAPS, with a certificate that is replaced while it runs', async () => {
  const { listener } = await secured();
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0, tls: true });
  const commonName = async () => {
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
    onTestFinished(() => {
      socket.destroy();
    });
    await new Promise((resolve, reject) =>
      socket.once('secureConnect', resolve).once('error', reject),
    );
    return socket.getPeerCertificate().subject.CN;
  };
  expect(await commonName()).toBe('first.test');
  listener.replaceSecureContext(testCertificates.second);
  expect(await commonName()).toBe('second.test');
  const client = new Client({
    url: `ldaps://127.0.0.1:${port}`,
    tlsOptions: { rejectUnauthorized: false },
  });
  await client.bind(personDn('anna'), 'secret');
  await client.unbind();
});

test('StartTLS twice is an operations error', async () => {
  const { connect } = await secured();
  const client = await connect();
  expect(await client.ask(startTls)).toMatchObject([{ code: 0 }]);
  client.socket.removeAllListeners('data');
  const socket = await upgrade(client);
  client.attach(socket);
  socket.write(startTls);
  expect(await client.next()).toMatchObject({ code: ResultCode.operationsError });
});

test('without a certificate it is not offered', async () => {
  const { connect } = await serve();
  const client = await connect();
  expect(await client.ask(startTls)).toMatchObject([{ code: ResultCode.protocolError }]);
  const [root] = await client.ask(
    searchRequest(2, { scope: 0, attributes: ['supportedExtension'] }),
  );
  expect(root?.attributes.supportedExtension).not.toContain(Oid.startTls);
});

test('what is slipped in behind a StartTLS request is not believed', async () => {
  const { connect, directory } = await secured();
  const client = await connect();
  client.send(startTls, bindRequest(2, personDn('anna'), 'secret'));
  const answers = await client.untilClosed();
  expect(answers).toMatchObject([{ id: 0, code: ResultCode.protocolError }]);
  expect(directory.attempts).toEqual([]);
});

test('a failed handshake closes that connection, and no other', async () => {
  const { connect, listener } = await secured();
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0, tls: true });
  const other = await connect();
  const client = await connect();
  await client.ask(startTls);
  client.send(Buffer.from('no handshake at all'));
  await client.untilClosed();
  const plainOnTls = connectTls({
    port,
    host: '127.0.0.1',
    maxVersion: 'TLSv1.1',
    rejectUnauthorized: false,
  });
  await new Promise((resolve) => plainOnTls.once('error', resolve));
  expect(await other.bind(personDn('ben'))).toBe(0);
});
