import {
  type DirectorySession,
  listMembers,
  type MemberListFilter,
  type MemberView,
} from '../directory/index.ts';
import { byteOrderMark, toCsv } from './csv.ts';

const columns: Record<string, (member: MemberView) => string> = {
  Name: (member) => member.displayName,
  Username: (member) => member.username ?? '',
  'E-mail': (member) => member.email ?? '',
  Departments: (member) => member.departments.map(({ name }) => name).join('; '),
  Roles: (member) => member.roles.map(({ name }) => name).join('; '),
  Status: (member) => member.status,
  Activated: (member) => member.activatedAt?.toISOString() ?? '',
  'Last sign-in': (member) => member.lastLoginAt?.toISOString() ?? '',
};

/**
 * The members that a query matches as CSV (RFC 4180, UTF-8, header row), a page at a time: memory does
 * not grow with the organization.
 */
export async function* exportMembersCsv(
  session: DirectorySession,
  query: MemberListFilter,
): AsyncGenerator<string> {
  let head = byteOrderMark + toCsv([Object.keys(columns)]);
  let cursor: string | undefined;
  do {
    const page = await listMembers(session, {
      ...query,
      sort: 'name',
      descending: false,
      limit: 200,
      cursor,
    });
    const rows = page.members.map((member) =>
      Object.values(columns).map((cellOf) => cellOf(member)),
    );
    yield head + toCsv(rows);
    head = '';
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
