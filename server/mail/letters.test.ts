import { expect, test } from 'vitest';
import { mailTexts } from './letters.ts';

const facts = {
  organization: 'Acme & Söhne',
  inviter: '<b>Anna</b>',
  name: 'Ben "the" Ek',
  link: 'https://roster.example/join#abc_-1',
  expiresAt: new Date('2026-11-27T09:30:00Z'),
};

test('an invitation says who invites, to what, until when, in both forms', () => {
  const { subject, text, html } = mailTexts.invitation(facts, 'en');
  expect(subject).toBe('<b>Anna</b> invites you to Acme & Söhne');
  for (const part of ['<b>Anna</b>', 'Acme & Söhne', 'November 27, 2026', '9:30', facts.link]) {
    expect(text).toContain(part);
  }
  expect(html).toContain('<a href="https://roster.example/join#abc_-1">Join now</a>');
});

test('an invitation by no person names the organization once', () => {
  const byProgram = { ...facts, inviter: facts.organization };
  const { subject, text } = mailTexts.invitation(byProgram, 'en');
  expect(subject).toBe('You are invited to Acme & Söhne');
  expect(text.split(facts.organization)).toHaveLength(2);
  expect(mailTexts.invitation(byProgram, 'zh-CN').subject).toBe('Acme & Söhne 邀请您加入');
});

test('a name is text in HTML, never markup', () => {
  const { html } = mailTexts.invitation(facts, 'en');
  expect(html).not.toContain('<b>');
  expect(html).toContain('&lt;b&gt;Anna&lt;/b&gt;');
  expect(html).toContain('Ben &quot;the&quot; Ek');
});

test('every mail is there in Chinese, with the same facts', () => {
  const invitation = mailTexts.invitation(facts, 'zh-CN');
  expect(invitation.text).toContain('2026年11月27日');
  expect(invitation.html).toContain('lang="zh-CN"');
  const reset = mailTexts.passwordReset(facts, 'zh-CN');
  expect(reset.text).toContain(facts.link);
  const changed = mailTexts.passwordChanged({ ...facts, at: facts.expiresAt }, 'zh-CN');
  expect(changed.text).toContain('Acme & Söhne');
  for (const { subject } of [invitation, reset, changed])
    expect(subject).toMatch(/\p{Script=Han}/u);
});
