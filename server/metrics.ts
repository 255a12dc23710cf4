import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What Roster counts and times, for Prometheus. */
export interface Metrics {
  httpRequest(method: string, surface: string, status: number, seconds: number): void;
  ldapOperation(operation: string, resultCode: number, seconds: number): void;
  /** A figure that is asked for when the metrics are read; one that cannot be told is left out. */
  readGauge(name: string, help: string, read: () => number | Promise<number>): void;
  /** Asked when the metrics are read. */
  readEntries(count: () => number): void;
  scrape(): Promise<{ contentType: string; body: string }>;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const http = new Histogram({
    name: 'roster_http_request_seconds',
    help: 'Time to answer an HTTP request',
    labelNames: ['method', 'surface', 'status'],
    buckets: seconds,
    registers,
  });
  const ldap = new Histogram({
    name: 'roster_ldap_operation_seconds',
    help: 'Time to answer an LDAP operation',
    labelNames: ['operation'],
    buckets: seconds,
    registers,
  });
  const ldapResults = new Counter({
    name: 'roster_ldap_results_total',
    help: 'LDAP operations by result code',
    labelNames: ['operation', 'code'],
    registers,
  });
  const readGauge: Metrics['readGauge'] = (name, help, read) => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        try {
          this.set(await read());
        } catch {
          this.remove();
        }
      },
    });
  };
  return {
    httpRequest: (method, surface, status, took) =>
      http.observe({ method, surface, status: String(status) }, took),
    ldapOperation: (operation, code, took) => {
      ldap.observe({ operation }, took);
      ldapResults.inc({ operation, code: String(code) });
    },
    readGauge,
    readEntries: (count) =>
      readGauge('roster_ldap_entries', 'Entries of the LDAP read model', count),
    scrape: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
