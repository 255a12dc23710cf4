import { fold } from '../names.ts';

/** The columns that an import reads, with the headers that they are known by. */
const headers = {
  name: ['name', 'display name', '姓名', '名称'],
  username: ['username', 'user name', '用户名'],
  email: ['email', 'e-mail', '邮箱', '电子邮箱', '电子邮件'],
  departments: ['departments', 'department', '部门'],
  roles: ['roles', 'role', '角色'],
  password: ['password', '密码', '初始密码'],
  invite: ['invite', 'invitation', '邀请', '邀请方式'],
} as const;

export type Column = keyof typeof headers;

/** What an import writes beside the rows: what became of each, why, and the link of an invitation. */
export const resultColumns = ['Import result', 'Import reason', 'Import link'] as const;

const columns = new Map<string, Column>(
  Object.entries(headers).flatMap(([column, known]) =>
    known.map((header) => [plain(header), column as Column] as const),
  ),
);

/** Undefined for a header that an import does not know. */
export function columnOf(header: string): Column | undefined {
  return columns.get(plain(header));
}

/** Case, spaces, dashes and the mark of a required column do not matter. */
function plain(header: string): string {
  return fold(header).replace(/[\s*_-]/gu, '');
}
