import { acceptProvidedPassword, type Directory } from '../directory/index.ts';

/** The hash of a password, where it is there already. */
export type HashOf = (password: string) => string;

/** A password whose hash is needed first. */
class HashNeeded extends Error {
  readonly password: string;
  constructor(password: string) {
    super('A password has no hash yet.');
    this.password = password;
  }
}

/**
 * Runs `work` again with the hash of a password that it finds out it needs: hashing takes long, and
 * nothing may be locked meanwhile.
 */
export async function withHash<T>(
  { passwords }: Pick<Directory, 'passwords'>,
  work: (hashOf: HashOf) => Promise<T>,
): Promise<T> {
  let hashed: { password: string; hash: string } | undefined;
  for (;;) {
    try {
      return await work((password) => {
        if (hashed?.password !== password) throw new HashNeeded(password);
        return hashed.hash;
      });
    } catch (error) {
      if (!(error instanceof HashNeeded)) throw error;
      const { password } = error;
      hashed = { password, hash: await passwords.hash(acceptProvidedPassword(password)) };
    }
  }
}
