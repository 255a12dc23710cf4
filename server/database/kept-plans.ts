import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { keptPlanMark } from '../directory/index.ts';

// Texts differ only by the shape of what is asked, so they are few; a bound all the same.
const mostKept = 200;

const names = new Map<string, string>();

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= mostKept) return known;
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 32);
  names.set(text, name);
  return name;
}

/** Makes a connection keep the plans of the statements that are marked so, as named prepared statements. */
export function keepPlans(client: PoolClient): void {
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  const keeping = (first: unknown, ...rest: unknown[]) => {
    const [values] = rest;
    if (typeof first !== 'string' || !Array.isArray(values) || !first.includes(keptPlanMark)) {
      return query(first, ...rest);
    }
    const name = nameOf(first);
    return name === undefined ? query(first, values) : query({ name, text: first, values });
  };
  client.query = keeping as typeof client.query;
}
