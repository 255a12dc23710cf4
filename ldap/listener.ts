import { createServer, type Server, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { BerWriter } from './ber/ber-writer.ts';
import { Connection } from './connection/connection.ts';
import { PageCookies } from './connection/page-cookies.ts';
import { Scheduler } from './connection/scheduler.ts';
import type { ServerContext } from './connection/server-context.ts';
import { ServerEntries } from './connection/server-entries.ts';
import type { LdapDirectory } from './directory.ts';
import { defaultLimits, type LdapLimits } from './limits.ts';
import type { LdapObserver } from './observer.ts';
import { Schema } from './schema/schema.ts';

export interface LdapListenerOptions<Identity> {
  readonly directory: LdapDirectory<Identity>;
  readonly schema?: Schema;
  readonly limits?: Partial<LdapLimits>;
  readonly observer?: LdapObserver;
  /** Certificate for StartTLS and LDAPS; it can be replaced while connections are open. */
  readonly secureContext?: SecureContext;
  /** Takes simple binds in clear text from other hosts than this one. */
  readonly allowClearTextBind?: boolean;
  readonly vendorName?: string;
  readonly vendorVersion?: string;
}

export interface ListenAddress {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** LDAPS: TLS from the first byte on. */
  readonly tls?: boolean;
}

const sweepInterval = 1000;

/**
 * Serves a directory over LDAP, on as many addresses as are asked for.
 *
 *     const listener = new LdapListener({ directory, secureContext });
 *     const { port } = await listener.listen({ host: '127.0.0.1', port: 3890 });
 *     await listener.listen({ host: '127.0.0.1', port: 6360, tls: true });
 *     await listener.close({ grace: 8000 });
 */
export class LdapListener<Identity> {
  readonly #context: ServerContext<Identity>;
  readonly #servers: Server[] = [];
  readonly #connections = new Set<Connection<Identity>>();
  readonly #byAddress = new Map<string, number>();
  readonly #sweeper: NodeJS.Timeout;
  #secureContext: SecureContext | undefined;
  #lastNumber = 0;
  #onEmpty: (() => void) | undefined;

  constructor({
    directory,
    schema = new Schema(),
    limits = {},
    observer = {},
    secureContext,
    allowClearTextBind = false,
    vendorName = 'Roster',
    vendorVersion = '0',
  }: LdapListenerOptions<Identity>) {
    const allLimits = { ...defaultLimits, ...limits };
    this.#secureContext = secureContext;
    this.#context = {
      directory,
      schema,
      limits: allLimits,
      observer,
      allowClearTextBind,
      scheduler: new Scheduler({ slice: allLimits.slice, round: allLimits.batch }),
      pageCookies: new PageCookies(),
      serverEntries: new ServerEntries(schema, { vendorName, vendorVersion }),
      writer: new BerWriter({ keepBytes: 256 * 1024 }),
      secureContext: () => this.#secureContext,
    };
    this.#sweeper = setInterval(() => this.#sweep(), sweepInterval);
    this.#sweeper.unref();
  }

  get connectionCount(): number {
    return this.#connections.size;
  }

  /** Rejects where the address cannot be listened on. */
  listen({ host, port, tls = false }: ListenAddress): Promise<{ port: number }> {
    if (tls && this.#secureContext === undefined) {
      return Promise.reject(new Error('LDAPS needs a certificate'));
    }
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
      this.#accept(socket, tls ? this.#secureContext : undefined);
    });
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.removeListener('error', reject);
        // An accept that fails (EMFILE) is that one connection's loss.
        server.on('error', (error) => this.#context.observer.fault?.(error));
        const address = server.address();
        resolve({ port: typeof address === 'object' && address !== null ? address.port : port });
      });
    });
  }

  /** Connections that are opened, and StartTLS that is asked for, from now on use this certificate. */
  replaceSecureContext(secureContext: SecureContext): void {
    this.#secureContext = secureContext;
  }

  #accept(socket: Socket, secureContext: SecureContext | undefined): void {
    const { limits, observer } = this.#context;
    this.#lastNumber += 1;
    const connection = new Connection<Identity>({
      socket,
      number: this.#lastNumber,
      context: this.#context,
      secureContext,
      onClosed: (closed) => this.#forget(closed),
    });
    this.#connections.add(connection);
    const ofAddress = (this.#byAddress.get(connection.address) ?? 0) + 1;
    this.#byAddress.set(connection.address, ofAddress);
    observer.connectionOpened?.(connection.number);
    if (this.#connections.size > limits.connections || ofAddress > limits.connectionsPerAddress) {
      connection.turnAway();
    } else if (this.#onEmpty !== undefined) connection.drain();
  }

  #forget(connection: Connection<Identity>): void {
    this.#connections.delete(connection);
    const left = (this.#byAddress.get(connection.address) ?? 1) - 1;
    if (left === 0) this.#byAddress.delete(connection.address);
    else this.#byAddress.set(connection.address, left);
    if (this.#connections.size === 0) this.#onEmpty?.();
  }

  #sweep(): void {
    const now = performance.now();
    for (const connection of [...this.#connections]) connection.sweep(now);
  }

  /**
   * Takes no more connections, lets operations that are under way finish for up to `grace`
   * milliseconds, tells every client, and closes.
   */
  async close({ grace = 8000 }: { grace?: number } = {}): Promise<void> {
    const closed = this.#servers.map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    const empty = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      if (this.#connections.size === 0) resolve();
    });
    for (const connection of [...this.#connections]) connection.drain();
    const timer = setTimeout(() => {
      for (const connection of [...this.#connections]) connection.destroy('shutdown');
    }, grace);
    await empty;
    clearTimeout(timer);
    clearInterval(this.#sweeper);
    await Promise.all(closed);
  }
}
