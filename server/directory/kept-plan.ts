import { sql } from 'kysely';

/** How a statement with `keptPlan` in it is known. */
export const keptPlanMark = '/* kept plan */';

/**
 * Stands in a statement that runs often and always with the same text: each connection to PostgreSQL
 * parses it once and keeps its plan. Not for one whose text or best plan depends on what is
 * asked, as that of a filter does.
 */
export const keptPlan = sql.raw(keptPlanMark);
