/**
 * The rules of the house (docs/architecture.md). Each carries the sentence why.
 * `test/house/imports.test.ts` runs them, and plants a violation that must be found.
 */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment:
        'A cycle means two files are one thought in two places. Move what both need below both of them.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'scim-stands-alone',
      comment: 'scim/ is a protocol library: its storage is an interface that it defines.',
      severity: 'error',
      from: { path: '^scim/' },
      to: { path: '^(server|ldap|web-components|migrations)/' },
    },
    {
      name: 'ldap-stands-alone',
      comment: 'ldap/ is a protocol library: its directory is an interface that it defines.',
      severity: 'error',
      from: { path: '^ldap/' },
      to: { path: '^(server|scim|web-components|migrations)/' },
    },
    {
      name: 'directory-knows-no-protocol',
      comment: 'Rules outlive protocols: the domain throws domain errors, each protocol maps them.',
      severity: 'error',
      from: { path: '^server/directory/' },
      to: {
        path: '^(scim|ldap|web-components)/|^server/(?!directory/)|node_modules/(hono|@hono|ldapjs|@ldapjs)/',
      },
    },
    {
      name: 'one-door-to-the-directory',
      comment: 'server/directory/index.ts is the only barrel: it says what the rest may use.',
      severity: 'error',
      from: { path: '^server/(?!directory/)' },
      to: { path: '^server/directory/(?!index\\.ts$)' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      comment: 'Each adapter answers one protocol; what two of them need belongs to the directory.',
      severity: 'error',
      from: {
        path: '^server/(http|provisioning|ldap-view|mail|spreadsheet|webhooks|security-events)/',
      },
      to: {
        path: '^server/(http|provisioning|ldap-view|mail|spreadsheet|webhooks|security-events)/',
        pathNot: '^server/$1/',
      },
    },
    {
      name: 'scim-only-through-provisioning',
      comment: 'provisioning/ is the adapter of scim/; main.ts only mounts it.',
      severity: 'error',
      from: { path: '^server/', pathNot: '^server/provisioning/' },
      to: { path: '^scim/' },
    },
    {
      name: 'ldap-only-through-ldap-view',
      comment: 'ldap-view/ is the adapter of ldap/; main.ts only starts it.',
      severity: 'error',
      from: { path: '^server/', pathNot: '^server/ldap-view/' },
      to: { path: '^ldap/' },
    },
    {
      name: 'components-are-clients',
      comment: 'web-components/ uses the public admin API and nothing else.',
      severity: 'error',
      from: { path: '^web-components/' },
      to: { path: '^(server|scim|ldap|migrations|test)/' },
    },
    {
      name: 'command-line-is-a-client',
      comment: 'The command line uses the public admin API, as anybody could from elsewhere.',
      severity: 'error',
      from: { path: '^server/cli(\\.ts|/)' },
      to: { path: '^(server|scim|ldap|migrations)/', pathNot: '^server/cli(\\.ts|/)' },
    },
    {
      name: 'server-is-not-a-browser',
      comment: 'The server serves the built components; it never imports them.',
      severity: 'error',
      from: { path: '^(server|scim|ldap|migrations)/' },
      to: { path: '^web-components/' },
    },
    {
      name: 'product-does-not-import-tests',
      comment: 'What a test needs lives in test/support; the product never reaches for it.',
      severity: 'error',
      from: {
        path: '^(server|scim|ldap|migrations|web-components)/',
        pathNot: '\\.test\\.ts$|/test-support/|web-test-runner\\.config\\.mjs$',
      },
      to: { path: '^(test|bench)/|\\.test\\.ts$|/test-support/' },
    },
    {
      name: 'sleeping-dependencies-in-one-room',
      comment:
        'Shoelace, ldapjs and exceljs are asleep: one room imports each, so one room replaces it.',
      severity: 'error',
      from: { pathNot: '^web-components/ui/shoelace/' },
      to: { path: 'node_modules/@shoelace-style/shoelace/' },
    },
    {
      name: 'ldapjs-is-a-test-client',
      comment: 'ldapjs is decommissioned; tests and figures use its client, the product does not.',
      severity: 'error',
      from: { pathNot: '^(test|bench)/' },
      to: { path: 'node_modules/(ldapjs|@ldapjs)/' },
    },
    {
      name: 'no-drawer-for-everything',
      comment:
        'A helper lives with its concept. Folders named utils, helpers, common or misc hide it.',
      severity: 'error',
      from: {},
      to: { path: '^(?!node_modules).*(^|/)(utils?|helpers?|common|misc)(/|\\.ts$)' },
    },
    {
      name: 'resolvable',
      comment: 'An import that resolves to nothing breaks at start.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^web-components/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
