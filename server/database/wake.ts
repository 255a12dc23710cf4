import pg from 'pg';

const channel = 'roster_change';
const reconnectMs = 1000;
// Many commits in a short while need one wake. (NOTIFY inside each transaction would make PostgreSQL
// commit them one after another.)
const coalesceMs = 20;

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
  let pending: NodeJS.Timeout | undefined;
  let notified: Promise<unknown> | undefined;

  const wakeHere = () => {
    for (const listener of listeners) listener();
  };

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
    candidate.on('notification', wakeHere);
    try {
      await candidate.connect();
      await candidate.query(`listen ${channel}`);
      if (closed) return void candidate.end();
      client = candidate;
      wakeHere();
    } catch {
      candidate.end().catch(() => {});
      lost();
    }
  };
  void connect();

  return {
    onWake: (listener) => void listeners.push(listener),
    wake: () => {
      wakeHere();
      pending ??= setTimeout(async () => {
        await notified;
        pending = undefined;
        notified = client?.query(`notify ${channel}`).catch(() => {});
      }, coalesceMs);
    },
    close: async () => {
      closed = true;
      clearTimeout(reconnect);
      clearTimeout(pending);
      await client?.end().catch(() => {});
    },
  };
}
