import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What Roster counts and times, for Prometheus. */
export interface Metrics {
  httpRequest(method: string, surface: string, status: number, seconds: number): void;
  ldapOperation(operation: string, resultCode: number, seconds: number): void;
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
  return {
    httpRequest: (method, surface, status, took) =>
      http.observe({ method, surface, status: String(status) }, took),
    ldapOperation: (operation, code, took) => {
      ldap.observe({ operation }, took);
      ldapResults.inc({ operation, code: String(code) });
    },
    readEntries: (count) => {
      new Gauge({
        name: 'roster_ldap_entries',
        help: 'Entries of the LDAP read model',
        registers,
        collect() {
          this.set(count());
        },
      });
    },
    scrape: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
