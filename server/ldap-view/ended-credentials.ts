import { type Directory, type FeedChange, passwordChangeTimes } from '../directory/index.ts';

/** What a connection was bound with. */
export type BoundCredential =
  | {
      readonly kind: 'password';
      readonly account: string;
      /** When the password that was right had been set. */
      readonly changedAt: Date | null;
    }
  | { readonly kind: 'app-password'; readonly id: string }
  /** A service account's secret lives and dies with the account. */
  | { readonly kind: 'service-account' };

/**
 * Credentials that ended since this process started, by the change feed, so that a connection that was
 * bound with one is told in memory. What is right is compared with what was verified, so it does not
 * matter whether the bind or the feed was faster.
 */
export class EndedCredentials {
  readonly #directory: Pick<Directory, 'entityManager'>;
  /** Of accounts whose password was changed: when it was set that is right now. */
  readonly #passwords = new Map<string, number | undefined>();
  readonly #appPasswords = new Set<string>();

  constructor(directory: Pick<Directory, 'entityManager'>) {
    this.#directory = directory;
  }

  has(credential: BoundCredential): boolean {
    switch (credential.kind) {
      case 'password': {
        const { account, changedAt } = credential;
        return (
          this.#passwords.has(account) && this.#passwords.get(account) !== changedAt?.getTime()
        );
      }
      case 'app-password':
        return this.#appPasswords.has(credential.id);
      case 'service-account':
        return false;
    }
  }

  /** Applies a batch of the change feed. */
  async apply(changes: readonly FeedChange[]): Promise<void> {
    const accounts = new Set<string>();
    for (const { subject, subjectId, kind } of changes) {
      if (subject === 'account') accounts.add(subjectId);
      if (subject === 'app-password' && kind === 'deleted') this.#appPasswords.add(subjectId);
    }
    if (accounts.size === 0) return;
    const times = await passwordChangeTimes(this.#directory.entityManager(), [...accounts]);
    for (const account of accounts) {
      this.#passwords.set(account, times.get(account)?.getTime());
    }
  }
}
