import type { SqlEntityManager } from '@mikro-orm/sql';
import { createPasswordHasher, type PasswordHasher } from './password.ts';
import { createSignInThrottle, type SignInThrottle } from './sign-in-throttle.ts';

/** What sessions are made from; one in a process. It carries no state of any request. */
export interface Directory {
  entityManager(): SqlEntityManager;
  /** Tells the readers of the change feed, here and on other nodes, that something was committed. */
  announce(): void;
  now(): Date;
  readonly passwords: PasswordHasher;
  /** One for every way in, so that an attacker gains nothing by changing the protocol. */
  readonly throttle: SignInThrottle;
}

export function createDirectory({
  entityManager,
  announce,
  now = () => new Date(),
}: {
  entityManager: () => SqlEntityManager;
  announce: () => void;
  now?: () => Date;
}): Directory {
  return {
    entityManager,
    announce,
    now,
    passwords: createPasswordHasher(),
    throttle: createSignInThrottle({ now }),
  };
}
