import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { BerTag } from '../ber/ber-reader.ts';
import { BerWriter } from '../ber/ber-writer.ts';
import { parseFilter } from '../filter/parse.ts';
import { Oid } from '../message/oids.ts';
import { RequestTag } from '../message/requests.ts';
import { ResultCode } from '../message/result-code.ts';
import type { CloseReason, OperationEvent } from '../observer.ts';
import { acmeSuffix, MemoryDirectory, personDn, times, uuids } from '../test-support/acme.ts';
import { serve } from '../test-support/serve.ts';
import {
  bindRequest,
  extendedRequest,
  request,
  searchRequest,
  writeFilter,
} from '../test-support/wire.ts';

const anna = personDn('anna');
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('what is broken ends with a notice of disconnection, and nothing else notices', () => {
  test.each([
    ['no sequence', 'ff'.repeat(64), 'broken-message'],
    ['indefinite length', '3080020101', 'broken-message'],
    ['message id 0', '30 0c 02 01 00 60 07 02 01 03 04 00 80 00', 'broken-message'],
    ['negative message id', '30 0c 02 01 ff 60 07 02 01 03 04 00 80 00', 'broken-message'],
    ['an unknown operation', '30 05 02 01 01 7f 00', 'broken-message'],
    ['a response as a request', '30 0c 02 01 01 61 07 0a 01 00 04 00 04 00', 'broken-message'],
    ['an operation that ends too soon', '30 05 02 01 01 60 00', 'broken-message'],
    [
      'bytes behind the operation',
      '30 0e 02 01 01 60 07 02 01 03 04 00 80 00 04 00',
      'broken-message',
    ],
    ['2 GiB declared', '30 84 7f ff ff ff', 'oversize-message'],
    ['16 KiB and one before a bind', '30 82 40 00', 'oversize-message'],
  ])('%s', async (_what, bytes, reason) => {
    const reasons: CloseReason[] = [];
    const observer = { connectionClosed: (_: number, why: CloseReason) => reasons.push(why) };
    const { connect, faults } = await serve({ observer });
    const other = await connect();
    const client = await connect();
    client.send(hex(bytes));
    expect(await client.untilClosed()).toMatchObject([
      {
        id: 0,
        tag: 0x78,
        code: ResultCode.protocolError,
        attributes: { oid: [Oid.noticeOfDisconnection] },
      },
    ]);
    expect(await other.bind(anna)).toBe(0);
    client.close();
    await sleep(20);
    expect(reasons).toEqual([reason]);
    expect(faults).toEqual([]);
  });

  test('a message id that is still at work', async () => {
    const directory = new MemoryDirectory();
    for (let number = 0; number < 5000; number += 1) {
      directory.stores.get('acme')?.put({
        uuid: `n-${number}`,
        rdn: { type: 'cn', value: `n${number}` },
        attributes: { objectClass: 'device' },
        ...times,
      });
    }
    const { connect } = await serve({ directory, limits: { slice: 0 } });
    const client = await connect();
    await client.bind(anna);
    const walk = searchRequest(9, {
      base: acmeSuffix,
      filter: { kind: 'not', filter: { kind: 'present', attribute: 'cn' } },
    });
    client.send(walk, walk);
    expect((await client.untilClosed()).at(-1)).toMatchObject({ id: 0, code: 2 });
  });
});

describe('what is too large is refused, and the connection lives', () => {
  const nested = (depth: number) => {
    let filter: Buffer = hex('8702636e');
    for (let level = 0; level < depth; level += 1) {
      const writer = new BerWriter();
      writer.octets(filter, 0xa2);
      filter = writer.take();
    }
    return filter;
  };
  const search = (id: number, filter: Buffer, attributes = 0) =>
    request(id, (writer) => {
      const operation = writer.begin(RequestTag.search);
      writer.text(acmeSuffix);
      writer.integer(2, BerTag.enumerated);
      writer.integer(0, BerTag.enumerated);
      writer.integer(0);
      writer.integer(0);
      writer.boolean(false);
      writer.raw(filter, 0, filter.length);
      const list = writer.begin(BerTag.sequence);
      for (let count = 0; count < attributes; count += 1) writer.text(`a${count}`);
      writer.end(list);
      writer.end(operation);
    });
  const unbounded = { depth: 99, clauses: 9999, substringClauses: 99, substringParts: 99 };
  const encoded = (text: string) => {
    const writer = new BerWriter();
    writeFilter(writer, parseFilter(text, unbounded));
    return writer.take();
  };
  const list = (count: number, item: string) => {
    const writer = new BerWriter();
    writer.octets(hex(item.repeat(count)), 0xa1);
    return writer.take();
  };

  test.each([
    ['32 levels deep', nested(31), 0, 0],
    ['33 levels deep', nested(32), 0, ResultCode.adminLimitExceeded],
    ['50,000 levels deep', nested(50_000), 0, ResultCode.adminLimitExceeded],
    ['1,024 clauses', list(1024, '8702636e'), 0, ResultCode.adminLimitExceeded],
    [
      '17 substring clauses',
      encoded(`(|${'(cn=a*)'.repeat(17)})`),
      0,
      ResultCode.adminLimitExceeded,
    ],
    ['9 pieces', encoded(`(cn=${'a*'.repeat(9)})`), 0, ResultCode.adminLimitExceeded],
    ['64 attributes', nested(0), 64, 0],
    ['65 attributes', nested(0), 65, ResultCode.adminLimitExceeded],
  ])('a search with %s', async (_what, filter, attributes, code) => {
    const { connect } = await serve();
    const client = await connect();
    await client.bind(anna);
    const answers = await client.ask(search(3, filter, attributes));
    expect(answers.at(-1)).toMatchObject({ id: 3, tag: 0x65, code });
    expect(await client.ask(extendedRequest(4, Oid.whoAmI))).toHaveLength(1);
  });
});

describe('time', () => {
  test.each([
    ['an idle connection', { anonymousIdle: 100 }, undefined, 'idle', ResultCode.unavailable],
    ['half a message', { messageTime: 100 }, '3010', 'slow-message', ResultCode.protocolError],
  ] as const)('ends %s', async (_what, limits, bytes, reason, code) => {
    const reasons: CloseReason[] = [];
    const observer = { connectionClosed: (_: number, why: CloseReason) => reasons.push(why) };
    const { connect } = await serve({ limits, observer });
    const client = await connect();
    if (bytes !== undefined) client.send(hex(bytes));
    expect(await client.untilClosed()).toMatchObject([{ id: 0, code }]);
    client.close();
    await sleep(20);
    expect(reasons).toEqual([reason]);
  });

  test('a bound connection may rest for longer', async () => {
    const { connect } = await serve({ limits: { anonymousIdle: 100 } });
    const client = await connect();
    await client.bind(anna);
    await sleep(1500);
    expect(await client.ask(extendedRequest(4, Oid.whoAmI))).toHaveLength(1);
  });
});

test('one connection too many is told so', async () => {
  const { connect } = await serve({ limits: { connectionsPerAddress: 2 } });
  const first = await connect();
  await connect();
  const third = await connect();
  expect(await third.untilClosed()).toMatchObject([{ id: 0, code: ResultCode.busy }]);
  first.close();
  await sleep(50);
  third.close();
  await sleep(50);
  expect(await (await connect()).bind(anna)).toBe(0);
});

describe('a client that does not read', () => {
  const photo = Buffer.alloc(8000, 1);
  function album(): MemoryDirectory {
    const directory = new MemoryDirectory();
    for (let number = 0; number < 3000; number += 1) {
      directory.stores.get('acme')?.put({
        uuid: `a-${number}`,
        parent: uuids.people,
        rdn: { type: 'uid', value: `album${number}` },
        attributes: { objectClass: 'inetOrgPerson', cn: 'A', sn: 'A', jpegPhoto: photo },
        ...times,
      });
    }
    return directory;
  }

  test('stops its own search, and is cut off', async () => {
    const reasons: CloseReason[] = [];
    const observer = { connectionClosed: (_: number, why: CloseReason) => reasons.push(why) };
    const limits = { sizeLimit: 1e6, writeStall: 1000, operationTime: 60_000 };
    const { connect } = await serve({ directory: album(), limits, observer });
    const readers = await Promise.all(Array.from({ length: 10 }, connect));
    const before = process.memoryUsage().rss;
    for (const reader of readers) {
      await reader.bind(anna);
      reader.socket.pause();
      reader.send(searchRequest(2, { base: acmeSuffix }), searchRequest(3, { base: acmeSuffix }));
    }
    const other = await connect();
    await other.bind(personDn('ben'));
    expect(await other.ask(searchRequest(2, { base: personDn('ben') }))).toHaveLength(2);
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
    await expect.poll(() => reasons.length, { timeout: 10_000 }).toBe(10);
    expect(new Set(reasons)).toEqual(new Set(['write-stall']));
  });

  test('gets everything once it reads again', async () => {
    const { connect } = await serve({ directory: album(), limits: { sizeLimit: 1e6 } });
    const client = await connect();
    await client.bind(anna);
    client.socket.pause();
    client.send(
      searchRequest(2, { base: acmeSuffix }),
      searchRequest(3, { base: acmeSuffix, attributes: ['1.1'] }),
    );
    await sleep(300);
    client.socket.resume();
    const counts = new Map<number, number>();
    for (let done = 0; done < 2; ) {
      const answer = await client.next();
      if (answer === undefined) break;
      if (answer.tag === 0x65) done += 1;
      else counts.set(answer.id, (counts.get(answer.id) ?? 0) + 1);
    }
    expect(counts).toEqual(
      new Map([
        [2, 3008],
        [3, 3008],
      ]),
    );
  });
});

test('tiny messages by the ten thousand hurt nobody', async () => {
  const { connect, faults } = await serve();
  const client = await connect();
  const other = await connect();
  client.send(hex('3006020105500101'.repeat(50_000)), bindRequest(9, anna, 'secret'));
  expect(await other.bind(anna)).toBe(0);
  expect(await client.next()).toMatchObject({ id: 9, code: 0 });
  expect(faults).toEqual([]);
});

describe('closing', () => {
  test('tells every client, and lets a bind that is under way finish', async () => {
    const directory = new MemoryDirectory();
    const { connect, listener } = await serve({ directory });
    const idle = await connect();
    const busy = await connect();
    await idle.bind(anna);
    directory.bindDelay = 100;
    busy.send(bindRequest(1, anna, 'secret'));
    await sleep(30);
    const closed = listener.close({ grace: 5000 });
    expect(await idle.untilClosed()).toMatchObject([{ id: 0, code: ResultCode.unavailable }]);
    expect(await busy.untilClosed()).toMatchObject([
      { id: 1, code: 0 },
      { id: 0, code: ResultCode.unavailable },
    ]);
    idle.close();
    busy.close();
    await closed;
    expect(listener.connectionCount).toBe(0);
  });

  test('cuts what does not end in time', async () => {
    const directory = new MemoryDirectory();
    directory.bindDelay = 60_000;
    const { connect, listener } = await serve({ directory });
    const client = await connect();
    client.send(bindRequest(1, anna, 'secret'));
    await sleep(30);
    const startedAt = performance.now();
    await listener.close({ grace: 200 });
    expect(performance.now() - startedAt).toBeLessThan(5000);
  });

  test('unbind has no answer; half a close is a goodbye', async () => {
    const { connect } = await serve();
    const polite = await connect();
    polite.send(request(1, (writer) => writer.header(RequestTag.unbind, 0)));
    expect(await polite.untilClosed()).toEqual([]);
    const brief = await connect();
    brief.send(bindRequest(1, anna, 'secret'));
    brief.socket.end();
    expect(await brief.untilClosed()).toMatchObject([{ id: 1, code: 0 }]);
  });
});

test('metrics hear of every operation, and logs of nobody', async () => {
  const events: OperationEvent[] = [];
  const { connect } = await serve({ observer: { operation: (event) => events.push(event) } });
  const client = await connect();
  await client.bind(anna);
  await client.ask(searchRequest(2, { base: acmeSuffix, scope: 0 }));
  await client.bind(anna, 'wrong');
  expect(events.map(({ operation, code }) => [operation, code])).toEqual([
    ['bind', 0],
    ['search', 0],
    ['bind', 49],
  ]);
  expect(events.every(({ seconds }) => seconds >= 0 && seconds < 10)).toBe(true);
  expect(JSON.stringify(events)).not.toMatch(/anna|acme|secret/);
});
