import pg from 'pg';
import { coalesce } from './coalesce.ts';

const channel = 'roster_change';
const reconnectMs = 1000;
// Many commits in a short while need one wake. (NOTIFY inside each transaction would make PostgreSQL
// commit them one after another.)
export const coalesceMs = 50;

export interface Wakes {
  onWake(listener: () => void): void;
  wake(): void;
  close(): Promise<void>;
}

/**
 * Wakes the change feed's readers on every node with NOTIFY, over a connection of its own. A wake that
 * is lost while the connection is away costs nothing but time: readers also look by themselves.
 */
export function listenForWakes(url: string): Wakes {
  const listeners: (() => void)[] = [];
  let client: pg.Client | undefined;
  let closed = false;
  let reconnect: NodeJS.Timeout | undefined;
  const wakeHere = coalesce(() => {
    for (const listener of listeners) listener();
  }, coalesceMs);
  const wakeOthers = coalesce(() => {
    client?.query(`notify ${channel}`).catch(() => {});
  }, coalesceMs);

  const connect = async () => {
    const candidate = new pg.Client({ connectionString: url, keepAlive: true });
    const lost = () => {
      if (client === candidate) client = undefined;
      if (closed || reconnect !== undefined) return;
      reconnect = setTimeout(() => {
        reconnect = undefined;
        void connect();
      }, reconnectMs);
    };
    candidate.on('error', lost);
    candidate.on('end', lost);
    candidate.on('notification', ({ processId }) => {
      // Our own was heard when it was sent.
      if (processId !== backendOf(candidate)) wakeHere.ask();
    });
    try {
      await candidate.connect();
      await candidate.query(`listen ${channel}`);
      if (closed) return void candidate.end();
      client = candidate;
      wakeHere.ask();
    } catch {
      candidate.end().catch(() => {});
      lost();
    }
  };
  void connect();

  return {
    onWake: (listener) => void listeners.push(listener),
    wake: () => {
      wakeHere.ask();
      wakeOthers.ask();
    },
    close: async () => {
      closed = true;
      clearTimeout(reconnect);
      wakeHere.close();
      wakeOthers.close();
      await client?.end().catch(() => {});
    },
  };
}

// Known to pg, unknown to its types.
function backendOf(client: pg.Client): number | undefined {
  return (client as unknown as { processID?: number }).processID;
}
