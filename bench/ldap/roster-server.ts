/**
 * Our side, in a process of its own: `node roster-server.ts <people>`. Prints a line of JSON with its
 * port and what the entries cost in memory, and serves until it is told to stop.
 */
import { LdapListener } from '../../ldap/listener.ts';
import { Schema } from '../../ldap/schema/schema.ts';
import { EntryStore } from '../../ldap/store/entry-store.ts';
import { people, reader, suffix } from './people.ts';

const count = Number(process.argv[2] ?? 10_000);
const schema = new Schema();
const at = new Date('2026-01-31T12:00:00Z');
const times = { createTimestamp: at, modifyTimestamp: at };
const store = new EntryStore({
  schema,
  suffix,
  root: {
    uuid: '00000000-0000-4000-9000-000000000000',
    attributes: { objectClass: 'organization' },
    ...times,
  },
});
const peopleUuid = '00000000-0000-4000-9000-000000000001';
const listener = new LdapListener<'reader'>({
  schema,
  directory: {
    bind: ({ name, password }) =>
      name === reader.dn && Buffer.from(password).toString() === reader.password
        ? { kind: 'accepted', identity: 'reader', dn: name }
        : { kind: 'refused', reason: 'invalid-credentials' },
    view: () => ({ store }),
    namingContexts: () => [suffix],
  },
});
const { port } = await listener.listen({ host: '127.0.0.1', port: 0 });

const before = residentMiB();
const startedAt = performance.now();
store.put({
  uuid: peopleUuid,
  rdn: { type: 'ou', value: 'people' },
  attributes: { objectClass: 'organizationalUnit' },
  ...times,
});
for (const { uuid, uid, attributes } of people(count)) {
  store.put({ uuid, parent: peopleUuid, rdn: { type: 'uid', value: uid }, attributes, ...times });
}
const loadSeconds = (performance.now() - startedAt) / 1000;
const atOnce = process.memoryUsage().rss / 2 ** 20 - before;
const settled = residentMiB() - before;
process.stdout.write(`${JSON.stringify({ port, loadSeconds, atOnce, settled })}\n`);
process.once('SIGTERM', () => {
  void listener.close({ grace: 1000 }).then(() => process.exit(0));
});

/** Resident memory after what is garbage has gone and its pages were given back. */
function residentMiB(): number {
  globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  return process.memoryUsage().rss / 2 ** 20;
}
