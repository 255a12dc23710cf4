import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

export interface HttpListener {
  readonly port: number;
  /** Takes no new connection, lets requests end, and cuts what is left after the time given. */
  close(graceMs?: number): Promise<void>;
}

/**
 * Listens for HTTP. Slow senders are cut: headers within 10 s, a whole request within 30 s.
 *
 * @param application made once the port is known, for links can depend on it
 * @throws when the address is taken
 */
export async function listenHttp(
  { host, port }: { host: string; port: number },
  application: (port: number) => Hono,
): Promise<HttpListener> {
  let app: Hono | undefined;
  const server = createAdaptorServer({
    fetch: (request, env) => {
      if (app === undefined) return new Response(null, { status: 503 });
      return app.fetch(request, env);
    },
    serverOptions: {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: 5000,
      maxHeaderSize: 16_384,
    },
  }) as Server;
  server.maxConnections = 2000;
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  app = application(bound);
  return {
    port: bound,
    close: async (graceMs = 8000) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}
