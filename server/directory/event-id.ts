import { v7 as uuidv7 } from 'uuid';

const lastMs = 2 ** 48 - 1;

// What is of the same millisecond stands in the order of its recording, as far as one process knows it.
let recorded = 0;

/** The id of an audit event: ids are in the order of time. */
export function newEventId(at: Date): string {
  recorded = (recorded + 1) % 2 ** 32;
  return uuidv7({ msecs: at.getTime(), seq: recorded });
}

/** No event of this time or later has a smaller id, and none before it a larger one. */
export function eventIdAt(at: Date): string {
  const ms = Math.min(Math.max(at.getTime(), 0), lastMs);
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
