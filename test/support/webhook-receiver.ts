import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedCall {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A real receiver of webhooks on loopback that keeps what it gets. */
export async function startWebhookReceiver(port = 0) {
  const received: ReceivedCall[] = [];
  /** How it answers; can be changed at any time. */
  const state = {
    answer: (response: ServerResponse): void => void response.writeHead(204).end(),
  };
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => '');
    received.push({ path: request.url ?? '', headers: request.headers, body });
    state.answer(response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    received,
    state,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export type WebhookReceiver = Awaited<ReturnType<typeof startWebhookReceiver>>;
