import { randomBytes } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { createPasswordHasher, type PasswordHasher } from './password.ts';
import { createSecretBox, type SecretBox } from './secret-box.ts';
import { createSignInThrottle, type SignInThrottle } from './sign-in-throttle.ts';

/** What sessions are made from; one in a process. It carries no state of any request. */
export interface Directory {
  entityManager(): SqlEntityManager;
  /** Tells the readers of the change feed, here and on other nodes, that something was committed. */
  announce(): void;
  now(): Date;
  readonly passwords: PasswordHasher;
  /** For secrets that have to be read again, and for what only this instance may read. */
  readonly secrets: SecretBox;
  /** One for every way in, so that an attacker gains nothing by changing the protocol. */
  readonly throttle: SignInThrottle;
}

export function createDirectory({
  entityManager,
  announce,
  secretKey = randomBytes(32),
  now = () => new Date(),
}: {
  entityManager: () => SqlEntityManager;
  announce: () => void;
  /** Of the instance, 32 bytes; without it what is sealed opens as long as this directory lives. */
  secretKey?: Uint8Array;
  now?: () => Date;
}): Directory {
  return {
    entityManager,
    announce,
    now,
    passwords: createPasswordHasher(),
    secrets: createSecretBox(secretKey),
    throttle: createSignInThrottle({ now }),
  };
}
