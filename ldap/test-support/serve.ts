import { onTestFinished } from 'vitest';
import { LdapListener, type LdapListenerOptions } from '../listener.ts';
import { MemoryDirectory, type Reader } from './acme.ts';
import { WireClient } from './wire.ts';

export interface TestServer {
  readonly directory: MemoryDirectory;
  readonly listener: LdapListener<Reader>;
  readonly port: number;
  /** Exceptions that should not have been. */
  readonly faults: unknown[];
  connect(): Promise<WireClient>;
}

/** A listener on loopback for one test, closed behind it. */
export async function serve({
  directory = new MemoryDirectory(),
  ...options
}: Partial<LdapListenerOptions<Reader>> & {
  directory?: MemoryDirectory;
} = {}): Promise<TestServer> {
  const faults: unknown[] = [];
  const listener = new LdapListener<Reader>({
    ...options,
    directory,
    observer: { fault: (error) => faults.push(error), ...options.observer },
  });
  const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => listener.close({ grace: 0 }));
  return {
    directory,
    listener,
    port,
    faults,
    async connect() {
      const client = await WireClient.connect(port);
      onTestFinished(() => client.close());
      return client;
    },
  };
}
