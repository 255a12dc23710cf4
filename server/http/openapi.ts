import { writeFileSync } from 'node:fs';
import type { Directory, MailTexts } from '../directory/index.ts';
import { adminApi, openApiDocument } from './application.ts';
import type { LiveChanges } from './live-changes.ts';

/** The OpenAPI document of the admin API, as its routes make it. */
export function describeAdminApi(): string {
  // Describing the routes calls none of them.
  const nothing = {} as Directory;
  const api = adminApi({
    directory: nothing,
    publicUrl: 'http://localhost',
    ldapBaseDn: 'dc=directory,dc=local',
    exportMembersCsv: async function* () {},
    exportAuditCsv: async function* () {},
    liveChanges: {} as LiveChanges,
    webhookPolicy: { allowPrivate: false },
    toleranceWords: () => ({ description: '', clients: [] }),
    mailTexts: {} as MailTexts,
    testMail: () => ({ subject: '', text: '' }),
    log: { error: () => {} },
  });
  return `${JSON.stringify(api.getOpenAPI31Document(openApiDocument), null, 2)}\n`;
}

// `npm run openapi` writes what docs/ shows and the components' types are made from.
if (import.meta.main) writeFileSync('docs/openapi.json', describeAdminApi());
