import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { people, reader, suffix } from './people.ts';

const slapdPath = '/usr/sbin/slapd';
const slapaddPath = '/usr/sbin/slapadd';

export interface RunningServer {
  readonly port: number;
  readonly process: ReturnType<typeof spawn>;
}

export function slapdIsInstalled(): boolean {
  return existsSync(slapdPath) && existsSync(slapaddPath);
}

/** Starts Debian's slapd on loopback with the people in it: mdb, equality index on uid. */
export async function startSlapd(
  folder: string,
  { count, port }: { count: number; port: number },
): Promise<RunningServer> {
  const data = join(folder, 'mdb');
  mkdirSync(data);
  const configuration = join(folder, 'slapd.conf');
  writeFileSync(
    configuration,
    [
      ...['core', 'cosine', 'inetorgperson'].map(
        (name) => `include /etc/ldap/schema/${name}.schema`,
      ),
      'modulepath /usr/lib/ldap',
      'moduleload back_mdb',
      `pidfile ${join(folder, 'slapd.pid')}`,
      'database mdb',
      `suffix "${suffix}"`,
      `rootdn "${reader.dn}"`,
      `rootpw ${reader.password}`,
      `directory ${data}`,
      'maxsize 1073741824',
      'index objectClass,uid eq',
      '',
    ].join('\n'),
  );
  const ldif = join(folder, 'people.ldif');
  writeFileSync(ldif, toLdif(count));
  execFileSync(slapaddPath, ['-q', '-f', configuration, '-l', ldif], { stdio: 'pipe' });
  const child = spawn(
    slapdPath,
    ['-h', `ldap://127.0.0.1:${port}`, '-f', configuration, '-d', '0'],
    {
      stdio: 'ignore',
    },
  );
  await untilListening(port);
  return { port, process: child };
}

function toLdif(count: number): string {
  const lines = [
    `dn: ${suffix}\nobjectClass: organization\no: acme\n`,
    `dn: ou=people,${suffix}\nobjectClass: organizationalUnit\nou: people\n`,
  ];
  for (const { uid, attributes } of people(count)) {
    const values = Object.entries({ ...attributes, uid }).flatMap(([name, value]) =>
      [value].flat().map((one) => `${name}: ${one}`),
    );
    lines.push(`dn: uid=${uid},ou=people,${suffix}\n${values.join('\n')}\n`);
  }
  return lines.join('\n');
}

async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await sleep(100);
  }
  throw new Error(`slapd does not listen on port ${port}`);
}
