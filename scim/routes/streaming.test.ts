import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { Complex } from '../schemas/value.ts';
import { MemoryStorage } from '../test-support/memory-storage.ts';
import { base, groupUrn, startService, userUrn } from '../test-support/service.ts';

const headers = { authorization: 'Bearer acme' };

async function startWithGroup(members: readonly string[]) {
  const service = startService();
  await service.send('POST', '/Users', { schemas: [userUrn], userName: 'anna' });
  await service.send('POST', '/Groups', {
    schemas: [groupUrn],
    displayName: 'Everybody',
    members: members.map((value) => ({ value })),
  });
  const path = '/Groups/group-2';
  const whole = await service.send('GET', path);
  service.storage.batchSize = 2;
  return { ...service, path, whole };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `u-${index}`);

describe('a streamed collection', () => {
  it.each([0, 1, 2, 5])('of %i members is answered as one that is held', async (count) => {
    const { send, path, whole } = await startWithGroup(['user-1', ...names(count)]);
    const streamed = await send('GET', path);
    expect([streamed.status, streamed.body]).toEqual([whole.status, whole.body]);
    for (const name of ['etag', 'location', 'content-type']) {
      expect(streamed.headers.get(name)).toBe(whole.headers.get(name));
    }
    expect(streamed.body).toMatchObject({
      members: [{ value: 'user-1', $ref: `${base}/Users/user-1` }, ...names(count).map(() => ({}))],
    });
  });

  it('without values is left out (RFC 7643 section 2.5)', async () => {
    const { send, path, whole } = await startWithGroup([]);
    const streamed = await send('GET', path);
    expect(streamed.body).toEqual(whole.body);
    expect(streamed.body).not.toHaveProperty('members');
  });

  it('is shown in lists, on creation, and by attributes', async () => {
    const { send, path } = await startWithGroup(names(3));
    const members = names(3).map((value) => ({ value }));
    expect((await send('GET', '/Groups?attributes=members.value')).body).toMatchObject({
      totalResults: 1,
      Resources: [{ id: 'group-2', members }],
    });
    const everything = await send('GET', '/?startIndex=1&count=10');
    expect(everything.body).toMatchObject({ Resources: [{ id: 'user-1' }, { members }] });
    const made = await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'H', members });
    expect([made.status, made.body]).toMatchObject([201, { members }]);
    expect((await send('GET', `${path}?attributes=displayName`)).body).not.toHaveProperty(
      'members',
    );
  });

  it('is not read for HEAD, 304 and answers that leave it out', async () => {
    const { app, send, storage, path } = await startWithGroup(names(5));
    await app.request(path, { method: 'HEAD', headers });
    await send('GET', path, undefined, { 'if-none-match': 'W/"1"' });
    await send('GET', `${path}?excludedAttributes=members`);
    await send('GET', '/Groups?excludedAttributes=members');
    expect(storage.batchesRead).toBe(0);
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What is still held of the heap and outside it, once all else is collected. */
function heldBytes(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const size = 1_000;

/** A group of so many members that they are made while they are read, and how many were made. */
function startWithCrowd(count: number, onBatch: (from: number) => void = () => undefined) {
  const storage = new MemoryStorage();
  const made = { members: 0, ended: false };
  async function* members(): AsyncGenerator<readonly Complex[]> {
    try {
      for (let from = 0; from < count; from += size) {
        onBatch(from);
        made.members += size;
        yield Array.from({ length: size }, (_, index) => ({
          value: `00000000-0000-4000-8000-${String(from + index).padStart(12, '0')}`,
          display: `Member number ${from + index}`,
          type: 'User',
        }));
      }
    } finally {
      made.ended = true;
    }
  }
  storage.get = async () => ({
    id: 'crowd',
    created: new Date(0),
    lastModified: new Date(0),
    version: '1',
    attributes: { displayName: 'Crowd' },
    streams: new Map([['members', members()]]),
  });
  const { app, errors } = startService({ storage });
  const get = async () => app.request('/Groups/crowd', { headers });
  return { get, made, errors };
}

describe('a group of 100,000 members', { timeout: 60_000 }, () => {
  it('is read no faster than the client takes it', async () => {
    const { get, made } = startWithCrowd(100_000);
    const response = await get();
    expect(made.members).toBeLessThanOrEqual(2 * size);
    let [text, taken] = ['', 0];
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      const piece = decoder.decode(chunk, { stream: true });
      text += piece;
      taken += piece.split('"value"').length - 1;
      expect(made.members - taken).toBeLessThanOrEqual(2 * size);
    }
    const group = JSON.parse(text) as { members: readonly unknown[] };
    expect(group.members).toHaveLength(100_000);
    expect(group.members[99_999]).toEqual({
      value: '00000000-0000-4000-8000-000000099999',
      display: 'Member number 99999',
      type: 'User',
      $ref: `${base}/Users/00000000-0000-4000-8000-000000099999`,
    });
  });

  it('takes no memory for what was sent', async () => {
    const { get } = startWithCrowd(400_000);
    const start = heldBytes();
    let [bytes, chunks, most] = [0, 0, 0];
    const { body } = await get();
    for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      chunks += 1;
      if (chunks % 100 === 0) most = Math.max(most, heldBytes() - start);
    }
    expect(bytes).toBeGreaterThan(64 * 1024 * 1024);
    expect(most).toBeLessThan(16 * 1024 * 1024);
  });

  it('is left alone once the client has gone', async () => {
    const { get, made } = startWithCrowd(100_000);
    const { body } = await get();
    const reader = body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(made.ended).toBe(true);
    expect(made.members).toBeLessThanOrEqual(3 * size);
  });

  it('that fails at once is 500; that fails later breaks off, and both are reported', async () => {
    const failure = new Error('gone');
    const failsAt = (member: number) =>
      startWithCrowd(100_000, (from) => {
        if (from >= member) throw failure;
      });
    const first = failsAt(0);
    expect([(await first.get()).status, first.errors]).toEqual([500, [failure]]);
    const later = failsAt(50_000);
    const response = await later.get();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('gone');
    expect(later.errors).toEqual([failure]);
  });
});
