/**
 * LDAP figures: equality searches per second beside Debian's slapd in the same run, and the memory of
 * 100,000 entries. Run: `node bench/ldap.ts`. Machines differ; the ratios travel.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../test/support/free-port.ts';
import { compileGenerator, generateLoad } from './ldap/generator.ts';
import { writeRequests } from './ldap/requests.ts';
import { slapdIsInstalled, startSlapd } from './ldap/slapd.ts';
import { print, ratio, table } from './report.ts';

const peopleCount = 10_000;
const connectionCounts = [1, 8, 32];
const warmUpSeconds = 2;
const seconds = 4;

interface RosterReport {
  readonly port: number;
  readonly loadSeconds: number;
  readonly atOnce: number;
  readonly settled: number;
}

const folder = mkdtempSync(join(tmpdir(), 'roster-bench-'));
const children: ChildProcess[] = [];
try {
  await compare();
  await measureMemory();
} finally {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function compare(): Promise<void> {
  const generator = compileGenerator(folder);
  if (generator === undefined) {
    print('No C compiler (cc) here: the load generator cannot be built, so no rates are measured.');
    return;
  }
  const requests = join(folder, 'requests');
  writeRequests(requests, peopleCount);
  const roster = await startRoster(peopleCount);
  const sides = [{ name: 'roster', port: roster.port }];
  if (slapdIsInstalled()) {
    const slapd = await startSlapd(folder, { count: peopleCount, port: await freePort() });
    children.push(slapd.process);
    sides.push({ name: 'slapd', port: slapd.port });
  } else print('slapd is not installed (apt-get install slapd): only our own figures.');

  print(
    `LDAP equality search (uid=…), subtree, all user attributes: one of ${peopleCount} entries of`,
  );
  print(
    '10 attributes. Both sides: loopback, one bind a connection, next search after each answer.',
  );
  print('Roster: Node, entries in memory. slapd: mdb, index eq on uid, bound as rootdn.');
  const rows: string[][] = [];
  for (const connections of connectionCounts) {
    const rates = new Map<string, number>();
    for (const { name, port } of sides) {
      await generateLoad(generator, { port, connections, seconds: warmUpSeconds, requests });
      const load = await generateLoad(generator, { port, connections, seconds, requests });
      if (load.entries !== 1) throw new Error(`${name} answered ${load.entries} entries a search`);
      rates.set(name, load.perSecond);
    }
    const ours = rates.get('roster') ?? 0;
    const theirs = rates.get('slapd');
    const beside = theirs === undefined ? ['-', '-'] : [String(theirs), ratio(ours, theirs)];
    rows.push([String(connections), String(ours), ...beside]);
  }
  table(['connections', 'Roster/s', 'slapd/s', 'ratio'], rows);
  for (const child of children.splice(0)) {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
}

async function measureMemory(): Promise<void> {
  const { loadSeconds, atOnce, settled } = await startRoster(100_000);
  print('LDAP memory of 100,000 entries above the same process without them, default indexes:');
  print(`${atOnce.toFixed(0)} MiB resident right after loading (${loadSeconds.toFixed(1)} s),`);
  print(`${settled.toFixed(0)} MiB resident once what loading left behind is collected.`);
}

async function startRoster(count: number): Promise<RosterReport> {
  const program = join(import.meta.dirname, 'ldap', 'roster-server.ts');
  const child = spawn(process.execPath, ['--expose-gc', program, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    return JSON.parse(line) as RosterReport;
  }
  throw new Error('the server did not start');
}
