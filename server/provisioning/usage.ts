import type { Logger } from 'pino';
import type { Tolerance } from '../../scim/profiles.ts';
import {
  type Directory,
  type DirectorySession,
  type RememberedRequest,
  recordScimUsage,
  type ScimUsageRecord,
} from '../directory/index.ts';

/** Counts in memory what connections do, and writes it down every few seconds. */
export interface UsageRecorder {
  tolerated(session: DirectorySession, tolerance: Tolerance): void;
  requested(session: DirectorySession, request: RememberedRequest): void;
  /** Writes down what was counted so far. */
  flush(): Promise<void>;
  /** Flushes for the last time. */
  close(): Promise<void>;
}

interface Counted {
  organizationId: string;
  tokenId: string;
  tolerances: Map<Tolerance, { uses: number; lastUsedAt: Date }>;
  last?: RememberedRequest;
  lastFailure?: RememberedRequest;
}

const longestDetail = 500;

export function startUsageRecorder(
  directory: Pick<Directory, 'entityManager'>,
  log: Pick<Logger, 'warn'>,
  { everyMs = 5_000 } = {},
): UsageRecorder {
  let counted = new Map<string, Counted>();
  let flushing = Promise.resolve();

  const of = ({ organization, actor }: DirectorySession): Counted => {
    const tokenId = actor.id ?? '';
    const known = counted.get(tokenId);
    if (known !== undefined) return known;
    const fresh: Counted = { organizationId: organization.id, tokenId, tolerances: new Map() };
    counted.set(tokenId, fresh);
    return fresh;
  };

  const write = async () => {
    if (counted.size === 0) return;
    const records = [...counted.values()].map(recordOf);
    counted = new Map();
    try {
      await recordScimUsage(directory.entityManager(), records);
    } catch (error) {
      // Counts are a help, not a promise: a database that is away costs a few of them.
      log.warn({ err: error }, 'could not record what SCIM connections did');
    }
  };
  const flush = () => {
    flushing = flushing.then(write);
    return flushing;
  };
  const timer = setInterval(flush, everyMs);
  timer.unref();

  return {
    tolerated: (session, tolerance) => {
      const { tolerances } = of(session);
      const uses = (tolerances.get(tolerance)?.uses ?? 0) + 1;
      tolerances.set(tolerance, { uses, lastUsedAt: session.now });
    },
    requested: (session, request) => {
      const connection = of(session);
      if (request.status < 400) connection.last = request;
      else {
        const detail = request.detail?.slice(0, longestDetail).toWellFormed() ?? null;
        connection.lastFailure = { ...request, detail };
      }
    },
    flush,
    close: async () => {
      clearInterval(timer);
      await flush();
    },
  };
}

function recordOf({
  organizationId,
  tokenId,
  tolerances,
  last,
  lastFailure,
}: Counted): ScimUsageRecord {
  return {
    organizationId,
    tokenId,
    tolerances: [...tolerances].map(([tolerance, use]) => ({ tolerance, ...use })),
    requests: [last, lastFailure].filter((request) => request !== undefined),
  };
}
