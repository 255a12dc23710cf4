import { availableParallelism } from 'node:os';
import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { DirectoryError } from './errors.ts';

// OWASP's minimum for Argon2id: 19 MiB, 2 passes, 1 lane. LDAP binds pay it too.
const parameters = {
  algorithm: 2 satisfies Algorithm.Argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
};

const maximumBytes = 1024;

/** Hashes and verifies passwords (Argon2id) off the main thread, a bounded number at a time. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /**
   * False for a wrong password and for an account without one (`stored` undefined), at the same cost.
   *
   * @throws DirectoryError `slow-down` when too many wait already
   */
  verify(stored: string | undefined, password: string): Promise<boolean>;
}

/**
 * @param concurrency how many run at once
 * @param queueLimit how many may wait for their turn; more are refused
 */
export function createPasswordHasher({
  concurrency = availableParallelism(),
  queueLimit = 64,
} = {}): PasswordHasher {
  let running = 0;
  const queue: (() => void)[] = [];
  let decoy: Promise<string> | undefined;

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= concurrency) {
      if (queue.length >= queueLimit) {
        throw new DirectoryError('slow-down', 'Too many sign-ins at once.', {
          retryAfterSeconds: 2,
        });
      }
      await new Promise<void>((resolve) => queue.push(resolve));
    }
    running++;
    try {
      return await work();
    } finally {
      running--;
      queue.shift()?.();
    }
  };

  return {
    hash: (password) => inTurn(() => hash(normalise(password), parameters)),
    verify: async (stored, password) => {
      decoy ??= hash('no account has this password', parameters);
      const target = stored ?? (await decoy);
      if (Buffer.byteLength(password) > maximumBytes) return false;
      const matches = await inTurn(() => verify(target, normalise(password)));
      return matches && stored !== undefined;
    },
  };
}

function normalise(password: string): string {
  return password.normalize('NFC');
}

/**
 * Checks a password that an identity provider chose: its own rule holds, ours asks for 8 characters
 * (code points) at least and 1,024 bytes at most.
 *
 * @throws DirectoryError `invalid-value` for the field `password`
 */
export function acceptProvidedPassword(password: string): string {
  const field = 'password';
  if ([...password.normalize('NFC')].length < 8) {
    throw new DirectoryError('invalid-value', 'password has fewer than 8 characters', { field });
  }
  if (Buffer.byteLength(password) > maximumBytes) {
    throw new DirectoryError('invalid-value', `password is longer than ${maximumBytes} bytes`, {
      field,
    });
  }
  return password;
}
