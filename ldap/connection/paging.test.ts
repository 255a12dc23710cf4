import { expect, test } from 'vitest';
import { BerReader, BerTag } from '../ber/ber-reader.ts';
import { BerWriter } from '../ber/ber-writer.ts';
import { decodePageRequest } from '../message/controls.ts';
import { Oid } from '../message/oids.ts';
import { ResultCode } from '../message/result-code.ts';
import { acmeSuffix, personDn, times, uuids } from '../test-support/acme.ts';
import { serve } from '../test-support/serve.ts';
import { type SearchParts, searchRequest, type WireClient } from '../test-support/wire.ts';

function pageValue(size: number, cookie: Uint8Array): Buffer {
  const writer = new BerWriter();
  const sequence = writer.begin(BerTag.sequence);
  writer.integer(size);
  writer.octets(cookie);
  writer.end(sequence);
  return writer.take();
}

async function page(
  client: WireClient,
  size: number,
  cookie: Uint8Array = Buffer.alloc(0),
  parts: SearchParts = {},
) {
  const controls = [{ oid: Oid.pagedResults, critical: true, value: pageValue(size, cookie) }];
  const answers = await client.ask(searchRequest(5, { base: acmeSuffix, ...parts, controls }));
  const done = answers.at(-1);
  const value = done?.controls[Oid.pagedResults];
  return {
    names: answers.slice(0, -1).map(({ dn }) => dn.split(',')[0]),
    code: done?.code,
    cookie: value === undefined ? undefined : decodePageRequest(new BerReader(), value).cookie,
  };
}

async function bound(name = 'anna', options: Parameters<typeof serve>[0] = {}) {
  const server = await serve(options);
  const client = await server.connect();
  await client.bind(personDn(name));
  return { ...server, client };
}

test('pages follow each other to an empty cookie', async () => {
  const { client } = await bound();
  const names: unknown[] = [];
  const sizes: number[] = [];
  let cookie: Buffer | undefined;
  do {
    const next = await page(client, 3, cookie);
    expect(next.code).toBe(0);
    names.push(...next.names);
    sizes.push(next.names.length);
    cookie = next.cookie;
  } while (cookie !== undefined && cookie.length > 0);
  expect(sizes).toEqual([3, 3, 2]);
  expect(new Set(names).size).toBe(8);
});

test('a page that holds the rest has no cookie, nor has one of the server itself', async () => {
  const { client } = await bound();
  expect((await page(client, 8)).cookie).toHaveLength(0);
  expect((await page(client, 1, Buffer.alloc(0), { base: '', scope: 0 })).cookie).toHaveLength(0);
});

test('paging has no limit of its own, but what the client and the page size set', async () => {
  const { client } = await bound('anna', { limits: { sizeLimit: 2, pageSize: 5 } });
  const first = await page(client, 1000);
  expect(first.names).toHaveLength(5);
  expect((await page(client, 1000, first.cookie)).names).toHaveLength(3);
  const limited = await page(client, 3, undefined, { sizeLimit: 4 });
  const rest = await page(client, 3, limited.cookie, { sizeLimit: 4 });
  expect([limited.names.length, rest.names.length, rest.code]).toEqual([
    3,
    1,
    ResultCode.sizeLimitExceeded,
  ]);
});

test('size 0 with a cookie ends the paging', async () => {
  const { client } = await bound();
  const first = await page(client, 3);
  expect(await page(client, 0, first.cookie)).toMatchObject({ names: [], code: 0 });
});

test('a cookie belongs to its identity and its search', async () => {
  const { client, connect } = await bound();
  const { cookie = Buffer.alloc(0) } = await page(client, 3);
  const refused = ResultCode.unwillingToPerform;
  expect((await page(client, 3, cookie, { scope: 1 })).code).toBe(refused);
  const filter = { kind: 'present', attribute: 'cn' } as const;
  expect((await page(client, 3, cookie, { filter })).code).toBe(refused);
  for (let at = 0; at < cookie.length; at += 5) {
    const forged = Buffer.from(cookie);
    forged[at] = (forged[at] ?? 0) ^ 1;
    expect((await page(client, 3, forged)).code).toBe(refused);
  }
  expect((await page(client, 3, Buffer.from('x'))).code).toBe(refused);
  const ben = await connect();
  await ben.bind(personDn('ben'));
  expect((await page(ben, 3, cookie)).code).toBe(refused);
  const annaElsewhere = await connect();
  await annaElsewhere.bind(personDn('anna'));
  expect((await page(annaElsewhere, 3, cookie)).code).toBe(0);
});

test('nothing comes twice or goes missing while the directory changes', async () => {
  const { client, directory } = await bound();
  const store = directory.stores.get('acme');
  const put = (uuid: string, uid: string) =>
    store?.put({
      uuid,
      parent: uuids.people,
      rdn: { type: 'uid', value: uid },
      attributes: { objectClass: 'inetOrgPerson', cn: uid, sn: uid },
      ...times,
    });
  for (let number = 0; number < 50; number += 1) put(`p-${number}`, `person${number}`);
  const seen: (string | undefined)[] = [];
  let cookie: Buffer | undefined;
  let round = 0;
  do {
    const next = await page(client, 7, cookie);
    seen.push(...next.names);
    cookie = next.cookie;
    // One who was passed is renamed, one goes, one comes, one to come is renamed.
    put(`p-${round}`, `renamed${round}`);
    store?.delete(`p-${30 + round}`);
    put(`q-${round}`, `newcomer${round}`);
    put(`p-${49 - round}`, `later${round}`);
    round += 1;
  } while (cookie !== undefined && cookie.length > 0);
  expect(new Set(seen).size).toBe(seen.length);
  for (let number = round; number < 30; number += 1) expect(seen).toContain(`uid=person${number}`);
});

test.each(['', '30', '3000', '300502010104', '0403616263', '30060201ff0401 61'])(
  'a control value of %j is a protocol error',
  async (hex) => {
    const { client } = await bound();
    const value = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    const controls = [{ oid: Oid.pagedResults, value }];
    const [answer] = await client.ask(searchRequest(5, { base: acmeSuffix, controls }));
    expect(answer?.code).toBe(ResultCode.protocolError);
  },
);
