import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatFilter } from '../filter/format.ts';
import { Oid } from '../message/oids.ts';
import { RequestTag } from '../message/requests.ts';
import { acmeSuffix, personDn } from '../test-support/acme.ts';
import { arbitraryFilter } from '../test-support/arbitrary-filter.ts';
import { serve } from '../test-support/serve.ts';
import { bindRequest, extendedRequest, request, searchRequest } from '../test-support/wire.ts';

const anna = personDn('anna');
const seeds = [
  bindRequest(1, anna, 'secret'),
  bindRequest(1, '', ''),
  ...fc.sample(arbitraryFilter, { numRuns: 40, seed: 20_260_131 }).map((filter) =>
    searchRequest(2, {
      base: acmeSuffix,
      filter,
      attributes: ['*', '+'],
      controls: [
        { oid: Oid.pagedResults, value: Buffer.from('3005020101 0400'.replace(' ', ''), 'hex') },
      ],
    }),
  ),
  extendedRequest(3, Oid.whoAmI),
  extendedRequest(3, Oid.cancel, Buffer.from('3003020102', 'hex')),
  request(4, (writer) => writer.integer(2, RequestTag.abandon)),
  request(5, (writer) => {
    const compare = writer.begin(RequestTag.compare);
    writer.text(anna);
    const assertion = writer.begin(0x30);
    writer.text('member');
    writer.text('x');
    writer.end(assertion);
    writer.end(compare);
  }),
];

/** A real message with some octets changed, cut off, or put in twice. */
const mutated = fc
  .record({
    seed: fc.constantFrom(...seeds),
    flips: fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
    cut: fc.option(fc.nat(400), { freq: 4 }),
    repeat: fc.option(fc.tuple(fc.nat(100), fc.nat(30)), { freq: 4 }),
  })
  .map(({ seed, flips, cut, repeat }) => {
    let bytes = Buffer.from(seed);
    for (const [at, value] of flips) bytes[at % bytes.length] = value;
    if (repeat !== null) {
      const [at, length] = repeat;
      bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    }
    return cut === null ? bytes : bytes.subarray(0, cut);
  });

test('mutated messages end their own connection at worst', { timeout: 120_000 }, async () => {
  const { connect, faults, listener } = await serve({
    limits: { connectionsPerAddress: 1e6, connections: 1e6 },
  });
  const other = await connect();
  await other.bind(personDn('ben'));
  const messages = fc.sample(mutated, { numRuns: 6000, seed: 20_260_131 });
  for (let at = 0; at < messages.length; at += 200) {
    const clients = await Promise.all(
      messages.slice(at, at + 200).map(async (message, index) => {
        const client = await connect();
        // Every other one is bound first, so that searches are carried out as well.
        if (index % 2 === 0) client.send(bindRequest(1, anna, 'secret'));
        client.send(message);
        client.socket.end();
        return client;
      }),
    );
    await Promise.all(clients.map((client) => client.untilClosed()));
    for (const client of clients) client.close();
    expect(await other.ask(searchRequest(7, { base: personDn('ben'), scope: 0 }))).toHaveLength(2);
  }
  expect(faults).toEqual([]);
  await expect.poll(() => listener.connectionCount).toBe(1);
});

test('any filter is answered', { timeout: 60_000 }, async () => {
  const { connect, faults } = await serve();
  const client = await connect();
  await client.bind(anna);
  for (const filter of fc.sample(arbitraryFilter, { numRuns: 2000, seed: 1 })) {
    const answers = await client.ask(searchRequest(2, { base: acmeSuffix, filter }));
    expect(answers.at(-1)?.code, formatFilter(filter)).toBe(0);
  }
  expect(faults).toEqual([]);
});
