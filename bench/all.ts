// `npm run bench`: every figure, each beside a peer measured in the same run. Ratios travel, times don't.
await import('./ldap.ts');
await import('./scim.ts');
await import('./directory.ts');
