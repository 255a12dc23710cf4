import type { SqlEntityManager } from '@mikro-orm/sql';
import { gather } from './gather.ts';
import type { DirectorySession } from './session.ts';

/** What those who ask together have in common. */
export type CommonSession = Pick<DirectorySession, 'em' | 'organization'>;

/**
 * Gathers within one organization of one database: what one organization asks for never waits for
 * another's. Not for a session in a transaction, which sees what others do not.
 *
 * @param work is told no more of the sessions than they have in common
 */
export function gatherWithin<I, O>(
  work: (
    session: CommonSession,
    items: readonly I[],
  ) => Promise<readonly PromiseSettledResult<O>[]>,
): (session: CommonSession, item: I) => Promise<O> {
  type Asked = { em: SqlEntityManager; item: I };
  const gathered = new WeakMap<object, Map<string, (asked: Asked) => Promise<O>>>();
  return ({ em, organization }, item) => {
    const database = em.getDriver();
    const byOrganization =
      gathered.get(database) ?? new Map<string, (asked: Asked) => Promise<O>>();
    gathered.set(database, byOrganization);
    let ask = byOrganization.get(organization.id);
    if (ask === undefined) {
      ask = gather(async (asked) => {
        const [first] = asked;
        if (first === undefined) return [];
        const items = asked.map((one) => one.item);
        return work({ em: first.em, organization }, items);
      });
      byOrganization.set(organization.id, ask);
    }
    return ask({ em, item });
  };
}
