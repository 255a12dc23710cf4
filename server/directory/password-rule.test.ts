import { expect, test } from 'vitest';
import { acceptChosenPassword } from './password-rule.ts';

const owner = {
  username: 'anna.nowak',
  email: 'a.nowak@acme.example',
  organization: 'Acme Laboratories',
};

test.each([
  ['correct horse battery staple'],
  ['Ich fahre Samstags nach Köln'],
  ['我每天早上六点半起床喝一杯热茶吧'],
  ['anna.nowak likes 7 green boats'],
  ['gT7#kQ2!mZ9&xW4'],
  ['trampoline of the green dragon'],
  ['horse battery 38 staple'],
])('%s is taken', (password) => {
  expect(acceptChosenPassword(password, owner)).toBe(password);
});

test.each([
  ['fourteen chars', 'fewer than 15'],
  ['🙂🙃😀😁😂🤣😃😄😅😆😉😊😋😎', 'fewer than 15'],
  ['x'.repeat(1025), 'longer than 1024 bytes'],
  ['aaaaaaaaaaaaaaaa', 'repeats'],
  ['summersummersummer', 'repeats'],
  ['123123123123123123', 'repeats'],
  ['abcdefghijklmnopq', 'sequence'],
  ['9876543210987654', 'sequence'],
  ['qwertyuiopasdfghjkl', 'sequence'],
  ['Password1234567', 'common word'],
  ['Anna.NowaK1234567', 'name'],
  ['acme laboratories', 'name'],
  ['a.nowak-password!!', 'name'],
  ['baseball-football', 'common password'],
  ['Mustang12345678!', 'common password'],
  ['iloveyou-trustno1', 'common password'],
  ['ILOVEYOU.2sHk7p', 'common password'],
])('%s is refused: %s', (password, why) => {
  expect(() => acceptChosenPassword(password, owner)).toThrow(
    expect.objectContaining({
      code: 'invalid-value',
      field: 'password',
      message: expect.stringContaining(why),
    }),
  );
});

test.each(['trustno1', 'Superman', 'qwerty12', 'iloveyou', 'P@ssw0rd', 'monkey99'])(
  '%s is refused where 8 characters are enough',
  (password) => {
    const rule = { minimumPasswordLength: 8 };
    expect(() => acceptChosenPassword(password, owner, rule)).toThrow();
  },
);

test('a password of the greatest length is judged in no time', () => {
  const password = 'password1 '.repeat(102);
  const start = performance.now();
  expect(acceptChosenPassword(`${password}.q`, owner)).toContain('password1');
  expect(performance.now() - start).toBeLessThan(500);
});
