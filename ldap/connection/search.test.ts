import { describe, expect, test } from 'vitest';
import { parseFilter } from '../filter/parse.ts';
import { Oid } from '../message/oids.ts';
import { RequestTag } from '../message/requests.ts';
import { ResultCode } from '../message/result-code.ts';
import { acmeSuffix, personDn, times, uuids } from '../test-support/acme.ts';
import { serve } from '../test-support/serve.ts';
import {
  extendedRequest,
  request,
  type SearchParts,
  searchRequest,
  type WireClient,
} from '../test-support/wire.ts';

const anna = personDn('anna');

async function bound(options: Parameters<typeof serve>[0] = {}) {
  const server = await serve(options);
  const client = await server.connect();
  await client.bind(anna);
  return { ...server, client };
}

async function find(client: WireClient, parts: SearchParts & { text?: string }) {
  const filter = parts.text === undefined ? {} : { filter: parseFilter(parts.text) };
  const answers = await client.ask(searchRequest(7, { base: acmeSuffix, ...parts, ...filter }));
  return { entries: answers.slice(0, -1), done: answers.at(-1) };
}

describe('anonymous readers', () => {
  test('see the root DSE without any organization, and the subschema', async () => {
    const { connect } = await serve();
    const client = await connect();
    const root = await find(client, { base: '', scope: 0, attributes: ['*', '+'] });
    expect(root.entries[0]?.attributes).toMatchObject({
      supportedLDAPVersion: ['3'],
      subschemaSubentry: ['cn=subschema'],
    });
    expect(root.entries[0]?.attributes.namingContexts).toBeUndefined();
    const schema = await find(client, {
      base: 'CN=Subschema',
      scope: 0,
      text: '(objectClass=subschema)',
      attributes: ['attributeTypes', 'objectClasses'],
    });
    expect(schema.entries[0]?.attributes.attributeTypes?.length).toBeGreaterThan(90);
  });

  test('see nothing else, and cannot tell what there is', async () => {
    const { connect } = await serve();
    const client = await connect();
    const here = await client.ask(searchRequest(2, { base: acmeSuffix }));
    const elsewhere = await client.ask(searchRequest(2, { base: 'o=nothing' }));
    expect(here[0]?.code).toBe(ResultCode.insufficientAccessRights);
    expect(here[0]?.bytes).toEqual(elsewhere[0]?.bytes);
  });
});

describe('selection (RFC 4511 section 4.5.1.8)', () => {
  test.each([
    [[], ['objectClass', 'uid', 'cn', 'sn', 'givenName', 'mail', 'telephoneNumber']],
    [['*'], ['objectClass', 'uid', 'cn', 'sn', 'givenName', 'mail', 'telephoneNumber']],
    [['1.1'], []],
    [['MAIL', 'mail', 'rfc822Mailbox', 'nonsense'], ['mail']],
    [['2.5.4.3'], ['cn']],
    [['name'], ['cn', 'sn', 'givenName']],
    [
      ['entryUUID', 'memberOf'],
      ['memberOf', 'entryUUID'],
    ],
    [['cn;lang-en'], []],
    [
      ['*', 'entryDN'],
      ['objectClass', 'uid', 'cn', 'sn', 'givenName', 'mail', 'telephoneNumber', 'entryDN'],
    ],
  ])('%j gives %j', async (attributes, names) => {
    const { client } = await bound();
    const { entries } = await find(client, { text: '(uid=anna)', attributes });
    expect(Object.keys(entries[0]?.attributes ?? {})).toEqual(names);
  });

  test('+ gives the operational ones', async () => {
    const { client } = await bound();
    const { entries } = await find(client, { text: '(uid=anna)', attributes: ['+'] });
    expect(entries[0]?.attributes).toEqual({
      memberOf: [`cn=developers,ou=groups,${acmeSuffix}`],
      entryUUID: [uuids.anna],
      entryDN: [anna],
      structuralObjectClass: ['inetOrgPerson'],
      createTimestamp: ['20260131120000Z'],
      modifyTimestamp: ['20260131120000Z'],
      subschemaSubentry: ['cn=subschema'],
      hasSubordinates: ['FALSE'],
      numSubordinates: ['0'],
    });
  });

  test('typesOnly gives names without values', async () => {
    const { client } = await bound();
    const { entries } = await find(client, {
      text: '(cn=developers)',
      typesOnly: true,
      attributes: ['cn', 'member', 'entryDN'],
    });
    expect(entries[0]?.attributes).toEqual({ cn: [], member: [], entryDN: [] });
  });

  test('members are shown by their names of now', async () => {
    const { client, directory } = await bound();
    directory.stores.get('acme')?.put({
      uuid: uuids.ben,
      parent: uuids.people,
      rdn: { type: 'uid', value: 'benjamin' },
      attributes: { objectClass: 'inetOrgPerson', cn: 'Ben', sn: 'Smith' },
      ...times,
    });
    const { entries } = await find(client, { text: '(cn=developers)' });
    expect(entries[0]?.attributes.member).toEqual([anna, personDn('benjamin')]);
  });
});

describe('the base', () => {
  test.each([
    ['nonsense', ResultCode.invalidDNSyntax, ''],
    [personDn('nobody'), ResultCode.noSuchObject, `ou=people,${acmeSuffix}`],
    ['o=other,dc=directory,dc=local', ResultCode.noSuchObject, ''],
    ['dc=directory,dc=local', ResultCode.noSuchObject, ''],
    ['', ResultCode.noSuchObject, ''],
  ])('%j is answered %i', async (base, code, matchedDn) => {
    const { client } = await bound();
    const { entries, done } = await find(client, { base });
    expect(entries).toEqual([]);
    expect(done).toMatchObject({ code, dn: matchedDn });
  });

  test('a hidden entry is as one that is not there', async () => {
    const { client, directory } = await bound();
    directory.visibility = { entry: ({ uuid }) => uuid !== uuids.ben };
    const hidden = await find(client, { base: personDn('ben') });
    expect(hidden.done).toMatchObject({ code: 32, dn: `ou=people,${acmeSuffix}` });
    const missing = await find(client, { base: personDn('nobody') });
    expect(hidden.done?.bytes).toEqual(missing.done?.bytes);
    const group = await find(client, { text: '(cn=developers)' });
    expect(group.entries[0]?.attributes.member).toEqual([anna]);
  });

  test('a hidden attribute is in no answer, not even among all', async () => {
    const { client, directory } = await bound();
    directory.visibility = { attribute: (_entry, { key }) => key !== 'mail' };
    const { entries } = await find(client, { text: '(uid=ben)', attributes: ['*', 'mail'] });
    expect(Object.keys(entries[0]?.attributes ?? {})).not.toContain('mail');
    expect((await find(client, { text: '(mail=ben@acme.com)' })).entries).toEqual([]);
  });
});

describe('limits of a search', () => {
  test('sizeLimit returns exactly so many, then says so', async () => {
    const { client } = await bound();
    const { entries, done } = await find(client, { sizeLimit: 3 });
    expect(entries).toHaveLength(3);
    expect(done?.code).toBe(ResultCode.sizeLimitExceeded);
    const exact = await find(client, { sizeLimit: 8 });
    expect([exact.entries.length, exact.done?.code]).toEqual([8, 0]);
  });

  test("the server's own limit holds too, and a view may have another", async () => {
    const { client, directory } = await bound({ limits: { sizeLimit: 2 } });
    expect((await find(client, { sizeLimit: 5 })).entries).toHaveLength(2);
    directory.sizeLimit = 4;
    expect((await find(client, { sizeLimit: 5 })).entries).toHaveLength(4);
  });

  test('time runs out', async () => {
    const { client, directory } = await bound({ limits: { operationTime: 1, slice: 0 } });
    crowd(directory, 3000);
    const { done } = await find(client, { text: '(description=*a*)' });
    expect(done?.code).toBe(ResultCode.timeLimitExceeded);
  });
});

/** Milliseconds on the clock after having taken some. */
function spin(milliseconds: number): number {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
  return end;
}

function crowd(directory: Awaited<ReturnType<typeof serve>>['directory'], count: number): void {
  for (let number = 0; number < count; number += 1) {
    directory.stores.get('acme')?.put({
      uuid: `c-${number}`,
      parent: uuids.people,
      rdn: { type: 'uid', value: `crowd${number}` },
      attributes: {
        objectClass: 'inetOrgPerson',
        cn: 'Crowd',
        sn: 'Crowd',
        title: 'x'.repeat(200),
      },
      ...times,
    });
  }
}

describe('other operations', () => {
  test('a walk lets others through, can be cancelled, and can be abandoned (RFC 3909)', async () => {
    const { client, directory, connect, faults } = await bound({ limits: { sizeLimit: 1e6 } });
    crowd(directory, 20_000);
    // A predicate that takes its time makes the walk long on any machine.
    directory.visibility = { entry: ({ id }) => id < 8 || spin(0.05) < 0 };
    const slow = () => searchRequest(50, { base: acmeSuffix, filter: parseFilter('(!(uid=x))') });
    client.send(slow());
    const other = await connect();
    await other.bind(personDn('ben'));
    expect(await find(other, { text: '(uid=ben)' })).toMatchObject({ done: { code: 0 } });
    const cancelled = extendedRequest(51, Oid.cancel, Buffer.from('3003020132', 'hex'));
    client.send(cancelled);
    const answers = [];
    for (let next = await client.next(); next && next.id !== 51; next = await client.next()) {
      answers.push(next);
    }
    expect(answers.at(-1)).toMatchObject({ id: 50, tag: 0x65, code: ResultCode.canceled });
    const again = await client.ask(
      extendedRequest(52, Oid.cancel, Buffer.from('3003020132', 'hex')),
    );
    expect(again[0]?.code).toBe(ResultCode.noSuchOperation);
    client.send(
      slow(),
      request(53, (writer) => writer.integer(50, RequestTag.abandon)),
      extendedRequest(54, Oid.whoAmI),
    );
    for (let next = await client.next(); next?.id !== 54; next = await client.next()) {
      expect(next).toMatchObject({ id: 50, tag: 0x64 });
    }
    expect(faults).toEqual([]);
  });

  test.each([
    ['member', 'UID=Anna, ou=people,o=acme,dc=directory,dc=local', ResultCode.compareTrue],
    ['MEMBER', personDn('chloe'), ResultCode.compareFalse],
    ['cn', ' Developers ', ResultCode.compareTrue],
    ['mail', 'x', ResultCode.noSuchAttribute],
    ['nonsense', 'x', ResultCode.undefinedAttributeType],
    ['member', 'nonsense', ResultCode.invalidAttributeSyntax],
    ['fax', 'x', ResultCode.inappropriateMatching],
  ])('compare of %s with %s is %i', async (attribute, value, code) => {
    const { client } = await bound();
    const [answer] = await client.ask(
      request(3, (writer) => {
        const compare = writer.begin(RequestTag.compare);
        writer.text(`cn=developers,ou=groups,${acmeSuffix}`);
        const assertion = writer.begin(0x30);
        writer.text(attribute);
        writer.text(value);
        writer.end(assertion);
        writer.end(compare);
      }),
    );
    expect(answer).toMatchObject({ tag: 0x6f, code });
  });

  test('writing is refused, each with its own answer', async () => {
    const { client } = await bound();
    const write = (tag: number, content: string) =>
      request(4, (writer) => {
        writer.header(tag, content.length / 2);
        writer.raw(Buffer.from(content, 'hex'), 0, content.length / 2);
      });
    const name = '0403636e3d';
    const attribute = '3007040161310204 00'.replaceAll(' ', '');
    const cases = [
      [RequestTag.delete, '636e3d61', 0x6b],
      [RequestTag.add, `${name}3009${attribute}`, 0x69],
      [RequestTag.modify, `${name}300e300c0a0100${attribute}`, 0x67],
      [RequestTag.modifyDn, `${name}0403636e3d0101ff`, 0x6d],
    ] as const;
    for (const [tag, content, answerTag] of cases) {
      const [answer] = await client.ask(write(tag, content));
      expect(answer).toMatchObject({ tag: answerTag, code: ResultCode.unwillingToPerform });
    }
  });

  test('an unknown extended operation is a protocol error, and the connection lives', async () => {
    const { client } = await bound();
    const [answer] = await client.ask(extendedRequest(5, '1.2.3.4'));
    expect(answer).toMatchObject({ tag: 0x78, code: ResultCode.protocolError });
    expect((await find(client, { scope: 0 })).done?.code).toBe(0);
  });
});

describe('controls (RFC 4511 section 4.1.11)', () => {
  test.each([
    ['unknown and critical', [{ oid: '1.2.3', critical: true }], 12],
    ['unknown', [{ oid: '1.2.3' }], 0],
    ['ManageDsaIT, critical', [{ oid: Oid.manageDsaIt, critical: true }], 0],
    ['of another operation, critical', [{ oid: Oid.passwordPolicy, critical: true }], 12],
    ['given twice', [{ oid: '1.2.3' }, { oid: '1.2.3' }], 2],
    ['too many', Array.from({ length: 11 }, (_, n) => ({ oid: `1.2.${n}` })), 11],
  ])('%s', async (_what, controls, code) => {
    const { client } = await bound();
    const { entries, done } = await find(client, { scope: 0, controls });
    expect(done?.code).toBe(code);
    expect(entries).toHaveLength(code === 0 ? 1 : 0);
  });
});

test('all answers to one read leave in one write', async () => {
  const { client } = await bound();
  const searches = Array.from({ length: 10 }, (_, n) =>
    searchRequest(100 + n, { base: acmeSuffix, filter: parseFilter('(uid=ben)') }),
  );
  const before = client.chunks;
  client.send(...searches);
  for (let count = 0; count < 20; count += 1) await client.next();
  expect(client.chunks - before).toBe(1);
});
