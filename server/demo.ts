import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// `npm run demo`: Roster on a throwaway database, with a sample organization of 300 people. They come
// in over SCIM, as they would from an identity provider.

const people = 300;
const directory = mkdtempSync(join(tmpdir(), 'roster-demo-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
process.env.ROSTER_DATA_DIR = directory;
delete process.env.ROSTER_DATABASE_URL;
process.env.ROSTER_BOOTSTRAP_ORGANIZATION ??= 'Sample';
process.env.ROSTER_BOOTSTRAP_SCIM_TOKEN ??= `rk_scim_${crypto.randomUUID()}`;

const given =
  'Anna Ben Cleo Dora Emil Fatima Goran Hana Ivar Júlia Kofi Lena María Nils Oye Priya Quentin Rosa Sven Tomás'.split(
    ' ',
  );
const family =
  'Ek Okafor Marchetti Nowak Schäfer Haddad Ilić Suzuki Lund Ferreira Mensah Wei López Berg Ade Raman Dubois Klein'.split(
    ' ',
  );
const groups = ['Developers', 'Design', 'Sales', 'Support', 'Finance', 'On call'];

const { running } = await import('./main.ts');
await fill(running.publicUrl, process.env.ROSTER_BOOTSTRAP_SCIM_TOKEN ?? '');

async function fill(url: string, token: string): Promise<void> {
  const post = async (path: string, body: Record<string, unknown>): Promise<string> => {
    const response = await fetch(`${url}/scim/v2${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`The sample cannot be made: ${await response.text()}`);
    return ((await response.json()) as { id: string }).id;
  };
  const ids: string[] = [];
  for (let index = 0; index < people; index++) {
    const givenName = given[index % given.length] ?? '';
    const familyName = family[(index * 7 + Math.floor(index / given.length)) % family.length] ?? '';
    const plain = `${givenName}.${familyName}`
      .normalize('NFD')
      .replaceAll(/\p{M}/gu, '')
      .toLowerCase();
    const userName = `${plain}${index}@sample.example`;
    const user = {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName,
      name: { givenName, familyName },
      displayName: `${givenName} ${familyName}`,
      active: index % 17 !== 3,
      emails: [{ value: userName, type: 'work', primary: true }],
    };
    ids.push(await post('/Users', user));
  }
  for (const [index, displayName] of groups.entries()) {
    await post('/Groups', {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName,
      members: ids
        .filter((_id, place) => place % groups.length === index)
        .map((value) => ({ value })),
    });
  }
  process.stdout.write(
    `The sample organization has ${people} people in ${groups.length} groups.\n`,
  );
}
