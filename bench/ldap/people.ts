/** The same people for both sides: ten attributes each. */
export const suffix = 'o=acme,dc=directory,dc=local';
export const reader = { dn: `cn=reader,${suffix}`, password: 'reader-secret' };

export interface BenchPerson {
  readonly uuid: string;
  readonly uid: string;
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
}

export function* people(count: number): Generator<BenchPerson> {
  for (let number = 0; number < count; number += 1) {
    const uid = `user${number}`;
    yield {
      uuid: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
      uid,
      attributes: {
        objectClass: ['top', 'person', 'organizationalPerson', 'inetOrgPerson'],
        cn: `Given${number % 500} Family${number}`,
        sn: `Family${number}`,
        givenName: `Given${number % 500}`,
        displayName: `Given${number % 500} Family${number}`,
        mail: `${uid}@acme.example`,
        telephoneNumber: `+49 30 ${1_000_000 + number}`,
        employeeNumber: String(number),
        title: 'Engineer',
      },
    };
  }
}
