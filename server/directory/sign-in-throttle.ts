import { DirectoryError } from './errors.ts';

/** Slows down who fails to sign in, by account and by address, over all protocols together. */
export interface SignInThrottle {
  /** @throws DirectoryError `slow-down` while the account or the address has to wait */
  check(attempt: SignInAttempt): void;
  failed(attempt: SignInAttempt): void;
  succeeded(attempt: SignInAttempt): void;
}

export interface SignInAttempt {
  /** What the caller claims to be, in a normal form; need not exist. */
  account: string;
  /** Remote address. */
  address: string;
}

interface Failures {
  count: number;
  last: number;
}

/**
 * @param accountFailures free failures of an account; each further one doubles the wait
 * @param addressFailures free failures of an address (a /24 or /64 network) in the window
 * @param longestWaitMs the longest wait
 * @param windowMs failures older than this are forgotten
 * @param maximumKept how many accounts and networks are remembered; the oldest are forgotten first
 */
export function createSignInThrottle({
  now = () => new Date(),
  accountFailures = 5,
  addressFailures = 30,
  longestWaitMs = 5 * 60_000,
  windowMs = 10 * 60_000,
  maximumKept = 100_000,
} = {}): SignInThrottle {
  const accounts = new Map<string, Failures>();
  const networks = new Map<string, Failures>();
  // Who signed in from where: a stranger in the same network does not shut them out.
  const known = new Set<string>();

  const waitMs = (kept: Map<string, Failures>, key: string, free: number): number => {
    const failures = kept.get(key);
    if (failures === undefined) return 0;
    const age = now().getTime() - failures.last;
    if (age > windowMs) {
      kept.delete(key);
      return 0;
    }
    const excess = failures.count - free;
    if (excess < 0) return 0;
    return Math.max(0, Math.min(longestWaitMs, 1000 * 2 ** Math.min(excess, 20)) - age);
  };
  const count = (kept: Map<string, Failures>, key: string) => {
    const before = kept.get(key);
    const fresh = before !== undefined && now().getTime() - before.last <= windowMs;
    // Set anew, so that the map's order is the order of the last failure.
    kept.delete(key);
    kept.set(key, { count: (fresh ? before.count : 0) + 1, last: now().getTime() });
    if (kept.size > maximumKept) kept.delete(kept.keys().next().value as string);
  };

  return {
    check: ({ account, address }) => {
      const network = networkOf(address);
      const wait = Math.max(
        waitMs(accounts, account, accountFailures),
        known.has(`${account} ${network}`) ? 0 : waitMs(networks, network, addressFailures),
      );
      if (wait > 0) {
        throw new DirectoryError('slow-down', 'Too many failed attempts.', {
          retryAfterSeconds: Math.ceil(wait / 1000),
        });
      }
    },
    failed: ({ account, address }) => {
      count(accounts, account);
      count(networks, networkOf(address));
    },
    succeeded: ({ account, address }) => {
      accounts.delete(account);
      const pair = `${account} ${networkOf(address)}`;
      known.delete(pair);
      known.add(pair);
      if (known.size > maximumKept) known.delete(known.keys().next().value as string);
    },
  };
}

/** The /24 of an IPv4 address, the /64 of an IPv6 one: what one attacker has at hand. */
export function networkOf(address: string): string {
  const ipv4 = /(?:^|:)(\d+\.\d+\.\d+)\.\d+$/.exec(address);
  if (ipv4?.[1] !== undefined) return ipv4[1];
  const [head = ''] = address.split('%');
  const [left = '', right] = head.split('::');
  const before = left === '' ? [] : left.split(':');
  const after = right === undefined || right === '' ? [] : right.split(':');
  const zeros = right === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(zeros).fill('0'), ...after]
    .slice(0, 4)
    .map((part) => part.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}
