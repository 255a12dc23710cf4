import { describe, expect, it } from 'vitest';
import { groupUrn, startService, userUrn } from '../test-support/service.ts';

const anna = { schemas: [userUrn], userName: 'anna' };

describe('RFC 7644 section 3.8: formats', () => {
  it.each([
    'application/scim+json',
    'application/scim+json; charset=utf-8',
    'application/json',
    'application/json;charset=UTF-8',
    'Application/SCIM+JSON',
  ])('edge case 20, case 44: takes %s', async (type) => {
    const { send } = startService();
    const headers = { 'content-type': type, accept: 'application/json', 'accept-charset': 'utf-8' };
    const reply = await send('POST', '/Users', anna, headers);
    expect(reply.status).toBe(201);
    expect(reply.headers.get('content-type')).toBe('application/scim+json');
  });

  it.each([
    undefined,
    '*/*',
    'application/json',
    'application/scim+json;q=0.5, text/html',
    'text/xml',
  ])('edge case 20: whatever Accept asks for (%s), the answer is SCIM', async (accept) => {
    const { send } = startService();
    const headers: Record<string, string> = accept === undefined ? {} : { accept };
    for (const path of ['/Users', '/Users/nobody', '/ServiceProviderConfig']) {
      const reply = await send('GET', path, undefined, headers);
      expect(reply.headers.get('content-type')).toBe('application/scim+json');
    }
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', ''])(
    'refuses the type %j with 415',
    async (type) => {
      const { send } = startService();
      const reply = await send('POST', '/Users', anna, { 'content-type': type });
      expect([reply.status, reply.headers.get('content-type')]).toEqual([
        415,
        'application/scim+json',
      ]);
    },
  );

  it.each(['{', '', 'undefined', '{"userName":"a"', "{'userName':'a'}", '\ufeff'])(
    'malformed JSON %j is 400 invalidSyntax',
    async (text) => {
      const { send, errors } = startService();
      const reply = await send('POST', '/Users', text);
      expect(reply.body).toMatchObject({ status: '400', scimType: 'invalidSyntax' });
      expect(errors).toEqual([]);
    },
  );

  it('a body that is not JSON is not quoted back', async () => {
    const { send } = startService();
    const { body } = await send('POST', '/Users', '{"password":"correct horse" oops}');
    expect(body).toMatchObject({ detail: expect.stringContaining('is not JSON') });
    expect(JSON.stringify(body)).not.toContain('horse');
  });

  it('bytes that are not UTF-8 are 400 invalidSyntax', async () => {
    const { app } = startService();
    const reply = await app.request('/Users', {
      method: 'POST',
      headers: { authorization: 'Bearer acme', 'content-type': 'application/json' },
      body: new Uint8Array([0x22, 0xff, 0x22]),
    });
    expect(reply.status).toBe(400);
  });

  it('nests 32 deep and no deeper', async () => {
    const { send } = startService();
    const nested = (depth: number) =>
      `{"userName":"anna","x":${'['.repeat(depth - 1)}"}]{["${']'.repeat(depth - 1)}}`;
    expect((await send('POST', '/Users', nested(32))).status).toBe(201);
    expect((await send('POST', '/Users', nested(33))).body).toMatchObject({
      scimType: 'invalidSyntax',
    });
    expect((await send('POST', '/Users', nested(100_000))).status).toBe(400);
  });

  it('a body over its limit is 413, with and without a declared length', async () => {
    const { send, app } = startService();
    const body = (bytes: number) => ({ ...anna, x: 'x'.repeat(bytes) });
    expect((await send('POST', '/Users', body(1024 * 1024))).status).toBe(413);
    const stream = new Blob([JSON.stringify(body(1024 * 1024))]).stream();
    const streamed = new Request('http://localhost/Users', {
      method: 'POST',
      headers: { authorization: 'Bearer acme', 'content-type': 'application/json' },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect((await app.request(streamed)).status).toBe(413);
    const group = { schemas: [groupUrn], displayName: 'G', x: 'x'.repeat(2 * 1024 * 1024) };
    expect((await send('POST', '/Groups', group)).status).toBe(201);
    expect((await send('POST', '/Groups', { ...group, x: 'x'.repeat(5e6 + 5e5) })).status).toBe(
      413,
    );
  });

  it('names given twice and names of JavaScript are harmless', async () => {
    const { send } = startService();
    const text =
      '{"userName":"a","userName":"anna","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const reply = await send('POST', '/Users', text);
    expect(reply.body).toMatchObject({ userName: 'anna' });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
