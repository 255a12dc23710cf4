import { commonPart } from './common-passwords.ts';
import { DirectoryError } from './errors.ts';
import { identifierKey } from './identifier-key.ts';

const maximumBytes = 1024;
// Shorter words stand in too many good passwords by chance.
const shortestGuessableWord = 4;
// What a password may have beside a guessable word or a repetition.
const leastBeside = 8;
// And beside two common passwords.
const leastBesideTwo = 4;

const rows = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const guessable = ['password', 'passwort', 'passw0rd', 'letmein', 'welcome', 'roster'];

/** What an attacker of this very account tries first. */
export interface PasswordOwner {
  username?: string | null | undefined;
  email?: string | null | undefined;
  organization?: string | undefined;
}

/**
 * Checks a password that a person chose: 15 characters (code points) at least, or what the organization
 * has set, 1,024 bytes at most, and not one of those that are guessed first: common passwords, names of
 * its owner, sequences, repetitions. There is no rule about its composition
 * (NIST SP 800-63B-4).
 *
 * @throws DirectoryError `invalid-value` that says what is wrong with it
 */
export function acceptChosenPassword(
  password: string,
  owner: PasswordOwner,
  { minimumPasswordLength = 15, field = 'password' } = {},
): string {
  const refuse = (message: string) => {
    throw new DirectoryError('invalid-value', `${field} ${message}`, { field });
  };
  const characters = [...password.normalize('NFC')];
  if (characters.length < minimumPasswordLength) {
    refuse(`has fewer than ${minimumPasswordLength} characters`);
  }
  if (Buffer.byteLength(password) > maximumBytes) refuse(`is longer than ${maximumBytes} bytes`);
  const key = identifierKey(password);
  if (isRepetition(key)) refuse('repeats itself');
  if (isSequence(key)) refuse('is a sequence of neighbouring characters');
  const words = [owner.username, owner.email?.split('@')[0], owner.organization]
    .filter((word) => word !== undefined && word !== null)
    .map(identifierKey);
  const without = [...guessable, ...words]
    .filter((word) => word.length >= shortestGuessableWord)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, word) => rest.replaceAll(word, ''), key);
  if (without !== key && [...without].length < leastBeside) {
    refuse('is little more than a name or a common word');
  }
  if (isCommon(key)) refuse('is a common password, or little more than one or two of them');
  return password;
}

// Several words that are common each make a good passphrase; one or two do not.
function isCommon(text: string): boolean {
  const { one, two } = commonPart(text);
  const isMost = (part: number) => part > text.length / 2;
  return (
    (isMost(one) && text.length - one < leastBeside) ||
    (isMost(two) && text.length - two < leastBesideTwo)
  );
}

/** True for few different characters and for a short piece that is repeated. */
function isRepetition(text: string): boolean {
  if (new Set(text).size < 5) return true;
  for (let size = 1; size <= text.length / 2; size++) {
    const piece = text.slice(0, size);
    if (piece.repeat(Math.ceil(text.length / size)).startsWith(text)) return true;
  }
  return false;
}

/** True when nearly every character is the neighbour of the one before, in the alphabet or on a keyboard. */
function isSequence(text: string): boolean {
  let neighbours = 0;
  for (let index = 1; index < text.length; index++) {
    const pair = text.slice(index - 1, index + 1);
    const reversed = (pair[1] ?? '') + (pair[0] ?? '');
    if (pair[0] === pair[1] || rows.some((row) => row.includes(pair) || row.includes(reversed))) {
      neighbours++;
    }
  }
  return neighbours >= (text.length - 1) * 0.75;
}
