import type { AddressInfo } from 'node:net';
import express from 'express';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';

// The peer: SCIMMY with Express, keeping users in a Map. It stores nothing durably.

interface User {
  id: string;
  userName: string;
}

const users = new Map<string, User>();
const names = new Map<string, string>();

SCIMMY.Resources.declare(SCIMMY.Resources.User, {
  egress: async (resource: { id?: string; filter?: { match(values: User[]): User[] } }) => {
    if (resource.id !== undefined) return users.get(resource.id);
    const all = [...users.values()];
    return resource.filter === undefined ? all : resource.filter.match(all);
  },
  ingress: async (resource: { id?: string }, instance: User) => {
    const id = resource.id ?? String(users.size + 1);
    const key = instance.userName.toLowerCase();
    if (resource.id === undefined && names.has(key)) {
      throw new SCIMMY.Types.Error(409, 'uniqueness', 'userName is taken');
    }
    const now = new Date();
    const stored = {
      ...JSON.parse(JSON.stringify(instance)),
      id,
      meta: { created: now, lastModified: now },
    };
    users.set(id, stored);
    names.set(key, id);
    return stored;
  },
  degress: async (resource: { id: string }) => void users.delete(resource.id),
} as never);

const app = express();
app.use(
  '/scim/v2',
  new SCIMMYRouters({ type: 'bearer', handler: () => 'bench' } as never) as never,
);
const server = app.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://127.0.0.1:${port}/scim/v2\n`);
});
