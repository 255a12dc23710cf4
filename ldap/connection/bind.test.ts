import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { Oid } from '../message/oids.ts';
import { ResultCode } from '../message/result-code.ts';
import { acmeStore, acmeSuffix, MemoryDirectory, personDn } from '../test-support/acme.ts';
import { serve } from '../test-support/serve.ts';
import { bindRequest, extendedRequest, searchRequest } from '../test-support/wire.ts';
import { isLoopback, startBind } from './bind.ts';
import type { ServerContext } from './server-context.ts';

const anna = personDn('anna');
const whoAmI = (id: number) => extendedRequest(id, Oid.whoAmI);

test('a right password binds, and WhoAmI tells the DN (RFC 4532)', async () => {
  const { connect } = await serve();
  const client = await connect();
  expect(await client.ask(whoAmI(1))).toMatchObject([{ code: 0, attributes: { value: [''] } }]);
  expect(await client.bind('UID=Anna,ou=people,o=acme,dc=directory,dc=local')).toBe(0);
  expect(await client.ask(whoAmI(2))).toMatchObject([
    { code: 0, attributes: { value: [`dn:${anna}`] } },
  ]);
});

test('an unknown name and a wrong password get the same answer, byte for byte', async () => {
  const { connect } = await serve();
  const client = await connect();
  const [wrong] = await client.ask(bindRequest(1, anna, 'wrong'));
  const [unknown] = await client.ask(bindRequest(1, personDn('nobody'), 'secret'));
  expect(wrong?.code).toBe(ResultCode.invalidCredentials);
  expect(unknown?.bytes).toEqual(wrong?.bytes);
});

describe('refuses', () => {
  test('an empty password with a name, without asking the directory (RFC 4513 section 5.1.2)', async () => {
    const { connect, directory } = await serve();
    const client = await connect();
    expect(await client.bind(anna, '')).toBe(ResultCode.unwillingToPerform);
    expect(await client.bind('alice@acme.com', '')).toBe(ResultCode.unwillingToPerform);
    expect(directory.attempts).toEqual([]);
  });

  test('version 2, and SASL', async () => {
    const { connect } = await serve();
    const client = await connect();
    const [old] = await client.ask(bindRequest(1, anna, 'secret', { version: 2 }));
    expect(old?.code).toBe(ResultCode.protocolError);
    const sasl = Buffer.from('301002010260 0b0201030400a3040402 5858'.replaceAll(' ', ''), 'hex');
    const [answer] = await client.ask(sasl);
    expect(answer?.code).toBe(ResultCode.authMethodNotSupported);
  });

  test('clear text from other hosts, unless the operator allows it', () => {
    const context = (allowClearTextBind: boolean) =>
      ({
        directory: new MemoryDirectory(),
        allowClearTextBind,
      }) as unknown as ServerContext<unknown>;
    const request = { version: 3, name: anna, password: Buffer.from('secret') };
    const bindFrom = (address: string, secure: boolean, allowed = false) => {
      try {
        return startBind(request, { address, secure }, context(allowed));
      } catch (error) {
        return (error as { code?: number }).code;
      }
    };
    expect(bindFrom('192.0.2.1', false)).toBe(ResultCode.confidentialityRequired);
    expect(bindFrom('192.0.2.1', true)).toMatchObject({ kind: 'accepted' });
    expect(bindFrom('192.0.2.1', false, true)).toMatchObject({ kind: 'accepted' });
    expect(bindFrom('::1', false)).toMatchObject({ kind: 'accepted' });
  });

  test('a first-use password, with the reason for those who ask for it', async () => {
    const { connect } = await serve();
    const client = await connect();
    const [plain] = await client.ask(bindRequest(1, anna, 'initial'));
    expect(plain).toMatchObject({ code: ResultCode.invalidCredentials, controls: {} });
    const controls = [{ oid: Oid.passwordPolicy }];
    const [asked] = await client.ask(bindRequest(2, anna, 'initial', { controls }));
    expect(asked?.code).toBe(ResultCode.invalidCredentials);
    expect(asked?.controls[Oid.passwordPolicy]?.toString('hex')).toBe('3003810102');
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::ffff:127.0.0.1', true],
  ['::1', true],
  ['10.0.0.1', false],
  ['127.evil.example', false],
  ['', false],
])('%s is loopback: %s', (address, loopback) => {
  expect(isLoopback(address)).toBe(loopback);
});

test('a failed bind leaves the connection anonymous, even if it was bound (RFC 4511 section 4.2.1)', async () => {
  const { connect } = await serve();
  const client = await connect();
  await client.bind(anna);
  expect(await client.bind(anna, 'wrong')).toBe(ResultCode.invalidCredentials);
  expect(await client.ask(whoAmI(3))).toMatchObject([{ attributes: { value: [''] } }]);
  expect((await client.ask(searchRequest(4, { base: acmeSuffix })))[0]?.code).toBe(
    ResultCode.insufficientAccessRights,
  );
});

test('an anonymous bind takes back what was bound', async () => {
  const { connect } = await serve();
  const client = await connect();
  await client.bind(anna);
  expect(await client.bind('', '')).toBe(0);
  expect(await client.ask(whoAmI(3))).toMatchObject([{ attributes: { value: [''] } }]);
});

test('rights are always those of the last bind, across organizations', async () => {
  const globexSuffix = 'dc=globex,dc=com';
  const directory = new MemoryDirectory({
    acme: acmeStore(),
    globex: acmeStore({ suffix: globexSuffix, domain: 'globex.com' }),
  });
  const { connect } = await serve({ directory });
  const client = await connect();
  const count = async (base: string) =>
    (await client.ask(searchRequest(9, { base }))).filter(({ tag }) => tag === 0x64).length;
  await client.bind(anna);
  expect([await count(acmeSuffix), await count(globexSuffix)]).toEqual([8, 0]);
  await client.bind(personDn('anna', globexSuffix));
  expect([await count(acmeSuffix), await count(globexSuffix)]).toEqual([0, 8]);
});

test('what follows a bind waits for its answer (RFC 4511 section 4.2.1)', async () => {
  const directory = new MemoryDirectory();
  directory.bindDelay = 50;
  const { connect } = await serve({ directory });
  const client = await connect();
  client.send(bindRequest(1, anna, 'secret'), whoAmI(2), bindRequest(3, anna, 'wrong'), whoAmI(4));
  const answers = [
    await client.next(),
    await client.next(),
    await client.next(),
    await client.next(),
  ];
  expect(answers.map((answer) => answer?.id)).toEqual([1, 2, 3, 4]);
  expect(answers[1]?.attributes.value).toEqual([`dn:${anna}`]);
  expect(answers[3]?.attributes.value).toEqual(['']);
});

test('a bind whose client has gone answers nobody else', async () => {
  const directory = new MemoryDirectory();
  const { connect, listener } = await serve({ directory });
  const other = await connect();
  const gone = await connect();
  directory.bindDelay = 100;
  gone.send(bindRequest(77, anna, 'secret'));
  await sleep(30);
  gone.socket.resetAndDestroy();
  await expect.poll(() => listener.connectionCount).toBe(1);
  await sleep(150);
  expect(await other.ask(whoAmI(5))).toMatchObject([{ id: 5, attributes: { value: [''] } }]);
});

test('a directory that fails is unavailable, and the connection lives', async () => {
  const directory = new MemoryDirectory();
  const { connect, faults } = await serve({ directory });
  const client = await connect();
  directory.bind = () => Promise.reject(new Error('no database'));
  expect(await client.bind(anna)).toBe(ResultCode.unavailable);
  directory.bind = () => {
    throw new Error('a bug');
  };
  expect(await client.bind(anna)).toBe(ResultCode.other);
  expect(await client.ask(whoAmI(2))).toHaveLength(1);
  expect(faults).toHaveLength(2);
});

test('an identity that may see nothing any more is refused on its open connection', async () => {
  const { connect, directory } = await serve();
  const client = await connect();
  await client.bind(anna);
  directory.disabled.add(anna);
  const [refused] = await client.ask(searchRequest(2, { base: acmeSuffix }));
  expect(refused?.code).toBe(ResultCode.insufficientAccessRights);
  expect(await client.ask(whoAmI(3))).toMatchObject([{ attributes: { value: [''] } }]);
  directory.disabled.delete(anna);
  expect(await client.ask(whoAmI(3))).toMatchObject([{ attributes: { value: [''] } }]);
});
