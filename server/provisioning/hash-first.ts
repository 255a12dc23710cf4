/** The hash of a secret, for as many as are known. */
export type HashOf = (secret: string) => string;

/** A secret whose hash is needed first. */
class HashNeeded extends Error {
  readonly secret: string;
  constructor(secret: string) {
    super('A secret has no hash yet.');
    this.secret = secret;
  }
}

/**
 * Runs `work` again with each hash that it finds out it needs: hashing takes long, and nothing may be
 * locked meanwhile.
 */
export async function withHashes<T>(
  hash: (secret: string) => Promise<string>,
  work: (hashOf: HashOf) => Promise<T>,
): Promise<T> {
  const known = new Map<string, string>();
  for (;;) {
    try {
      return await work((secret) => {
        const found = known.get(secret);
        if (found === undefined) throw new HashNeeded(secret);
        return found;
      });
    } catch (error) {
      if (!(error instanceof HashNeeded)) throw error;
      known.set(error.secret, await hash(error.secret));
    }
  }
}
