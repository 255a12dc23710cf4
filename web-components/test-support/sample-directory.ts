import type { Department, Member, MemberStatus, Organization } from '../data/types.ts';

export interface Directory {
  readonly organization: Organization;
  readonly departments: readonly Department[];
  readonly members: readonly Member[];
}

const tree: readonly [id: string, parentId: string | null, name: string][] = [
  ['acme', null, 'Acme'],
  ['engineering', 'acme', 'Engineering'],
  ['platform', 'engineering', 'Platform'],
  ['storage', 'platform', 'Storage'],
  ['identity', 'platform', 'Identity'],
  ['mobile', 'engineering', 'Mobile'],
  ['quality', 'engineering', 'Quality'],
  ['design', 'acme', 'Design'],
  ['sales', 'acme', 'Sales'],
  ['europe', 'sales', 'Europe'],
  ['asia', 'sales', 'Asia Pacific'],
  ['support', 'acme', 'Customer Support'],
  ['finance', 'acme', 'Finance'],
  ['people', 'acme', 'People & Culture'],
  ['board', 'acme', 'Board'],
];

const firstNames =
  'Anna Ben Clara David Emma Felix Greta Hugo Ines Jonas Katja Leo Mara Nils Olga Paul Rosa Sami Tara Uwe Vera Willem Yara Zeno'.split(
    ' ',
  );
const familyNames =
  'Berg Conti Dahl Eriksson Fischer García Haas Ivanova Jansen Keller Lindqvist Moreau Novak Okafor Petrov Rossi Silva Tanaka Vogel Weber'.split(
    ' ',
  );
const roles = ['Member', 'Member', 'Member', 'Auditor', 'Administrator'];
const statuses: readonly MemberStatus[] = [
  'enabled',
  'enabled',
  'enabled',
  'pending',
  'enabled',
  'enabled',
  'disabled',
];

/** Acme, with fifteen departments and as many people as asked for. The same every time. */
export function acme({ people = 120 }: { people?: number } = {}): Directory {
  const members = Array.from({ length: people }, (_, index) => person(index));
  if (people > 2) members[2] = { ...person(2), name: '张三', username: 'zhang.san' };
  return {
    organization: { id: 'acme', slug: 'acme', name: 'Acme' },
    departments: countMembers(
      tree.map(([id, parentId, name], position) => ({
        id,
        parentId,
        name,
        position,
        version: 1,
        memberCount: 0,
        totalMemberCount: 0,
      })),
      members,
    ),
    members,
  };
}

const allowed = { allowed: true, reason: null };

/** One person; `changes` say what a test is about. */
export function person(index: number, changes: Partial<Member> = {}): Member {
  const first = firstNames[index % firstNames.length];
  const family = familyNames[(index * 7 + Math.floor(index / 24)) % familyNames.length];
  const handle = `${first}.${family}${index < 480 ? '' : index}`
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase();
  const status = statuses[index % statuses.length] ?? 'enabled';
  const pending = status === 'pending';
  const [id = '', , name = ''] = tree[(index * 7 + 1) % tree.length] ?? [];
  const [secondId = '', , secondName = ''] = tree[(index * 4 + 3) % tree.length] ?? [];
  const created = new Date(Date.UTC(2024, 0, 3 + ((index * 11) % 700))).toISOString();
  return {
    id: `member-${index}`,
    name: `${first} ${family}`,
    username: pending ? null : handle,
    email: index % 9 === 4 ? null : `${handle}@acme.example`,
    status,
    departments: [
      { id, name, primary: true },
      ...(index % 4 === 1 ? [{ id: secondId, name: secondName, primary: false }] : []),
    ],
    roles: [{ id: 'role', name: roles[index % roles.length] ?? 'Member' }],
    managed: index % 3 === 0,
    initialAdministrator: false,
    invitation: null,
    creator: 'Roster',
    createdAt: created,
    activatedAt: pending ? null : created,
    lastLoginAt: null,
    version: 1,
    actions: {
      edit: allowed,
      resetPassword: allowed,
      invite: allowed,
      reinvite: allowed,
      revoke: allowed,
      remove: allowed,
      disable: allowed,
      enable: allowed,
    },
    ...changes,
  };
}

/** Fills in both counts of each department. */
export function countMembers(
  departments: readonly Department[],
  members: readonly Member[],
): readonly Department[] {
  return departments.map((department) => {
    const below = idsBelow(departments, department.id);
    return {
      ...department,
      memberCount: members.filter((member) => isIn(member, new Set([department.id]))).length,
      totalMemberCount: members.filter((member) => isIn(member, below)).length,
    };
  });
}

/** The ids of a department and of all below it. */
export function idsBelow(departments: readonly Department[], id: string): ReadonlySet<string> {
  const ids = new Set([id]);
  for (const department of departments) {
    if (department.parentId !== null && ids.has(department.parentId)) ids.add(department.id);
  }
  return ids;
}

export function isIn(member: Member, departmentIds: ReadonlySet<string>): boolean {
  return member.departments.some(({ id }) => departmentIds.has(id));
}
