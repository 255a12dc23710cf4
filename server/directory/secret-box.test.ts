import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createSecretBox } from './secret-box.ts';

const box = createSecretBox(randomBytes(32));
const text = 'whsec_ÄÖ€';
const context = 'webhook:acme:1';

test('what was sealed opens with the same key and context', () => {
  expect(box.open(box.seal(text, context), context)).toBe(text);
});

test('sealed twice it looks different, and nothing of it can be read', () => {
  const sealed = box.seal(text, context);
  expect(box.seal(text, context)).not.toBe(sealed);
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('whsec');
});

test('another context, another key and a changed bit open nothing', () => {
  const sealed = box.seal(text, context);
  expect(box.open(sealed, 'webhook:acme:2')).toBeUndefined();
  expect(box.open(sealed, 'feed-position:acme')).toBeUndefined();
  expect(createSecretBox(randomBytes(32)).open(sealed, context)).toBeUndefined();
  const bytes = Buffer.from(sealed, 'base64url');
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    expect(box.open(changed.toString('base64url'), context)).toBeUndefined();
  }
  expect(box.open('', context)).toBeUndefined();
  expect(box.open('not of ours', context)).toBeUndefined();
});
