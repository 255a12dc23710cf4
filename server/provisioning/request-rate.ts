/** How many requests a token may make; a bucket that fills by the second for each. */
export interface RequestRate {
  /** Takes one request of a token. Answers the whole seconds to wait when there is none; 0 when there was. */
  take(token: string): number;
}

interface Bucket {
  left: number;
  /** Milliseconds. */
  filledAt: number;
}

/**
 * @param perSecond how fast a bucket fills
 * @param burst what it holds
 */
export function createRequestRate({
  perSecond,
  burst = Math.max(1, 4 * perSecond),
  now = () => performance.now(),
}: {
  perSecond: number;
  burst?: number;
  /** Milliseconds. */
  now?: () => number;
}): RequestRate {
  const buckets = new Map<string, Bucket>();
  return {
    take: (token) => {
      const at = now();
      const bucket = buckets.get(token) ?? { left: burst, filledAt: at };
      const filled = bucket.left + ((at - bucket.filledAt) / 1000) * perSecond;
      const left = Math.min(burst, filled);
      const isEmpty = left < 1;
      buckets.set(token, { left: isEmpty ? left : left - 1, filledAt: at });
      return isEmpty ? Math.ceil((1 - left) / perSecond) : 0;
    },
  };
}
