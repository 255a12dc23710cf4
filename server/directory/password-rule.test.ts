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
])('%s is refused: %s', (password, why) => {
  expect(() => acceptChosenPassword(password, owner)).toThrow(
    expect.objectContaining({
      code: 'invalid-value',
      field: 'password',
      message: expect.stringContaining(why),
    }),
  );
});
