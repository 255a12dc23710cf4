/** Every option of every command: what stands in its place in the help, and what it means. */
export const options = {
  search: { value: 'TEXT', meaning: 'words of a name, a username or an e-mail address' },
  status: { value: 'STATUS', meaning: 'pending, enabled or disabled' },
  name: { value: 'TEXT', meaning: 'the new name' },
  username: { value: 'TEXT', meaning: 'what the member signs in with' },
  password: {
    value: 'TEXT',
    meaning: 'for the first sign-in; - reads it from standard input; else one is made',
  },
  email: { value: 'ADDRESS', meaning: 'the e-mail address; for members edit, "" takes it away' },
  language: { value: 'LANGUAGE', meaning: 'of the mail: en or zh-CN' },
  department: { value: 'DEPARTMENT', multiple: true, meaning: 'the primary one first' },
  role: { value: 'ROLE', multiple: true, meaning: 'what the member may do' },
  heir: { value: 'MEMBER', meaning: 'who takes over what the member holds' },
  below: { value: 'DEPARTMENT', meaning: 'the department above it' },
  beside: { value: 'DEPARTMENT', meaning: 'a department next to it, on the same level' },
  position: { value: 'NUMBER', meaning: 'among its siblings, from 0 on' },
  to: { value: 'DEPARTMENT', meaning: 'where the members go' },
  permission: { value: 'PERMISSION', multiple: true, meaning: 'such as members:read' },
  profile: { value: 'PROFILE', meaning: 'lenient, rfc or interop' },
  scope: { value: 'SCOPE', multiple: true, meaning: 'read, write; else both' },
  expires: { value: 'TIME', meaning: 'when it ends by itself, such as 2027-12-31T00:00:00Z' },
  'overlap-hours': { value: 'NUMBER', meaning: 'how long the present secret stays good' },
  slug: { value: 'TEXT', meaning: 'names the organization in URLs' },
  'dry-run': {
    flag: true,
    meaning: 'changes nothing: says what would be done and what is wrong (passwords are not tried)',
  },
  result: { value: 'FILE', meaning: 'writes the rows with what became of each, and the links' },
  'root-department': { value: 'TEXT', meaning: 'name of the root department' },
} as const satisfies Record<string, Option>;

type Option = { meaning: string } & ({ value: string; multiple?: true } | { flag: true });

export type OptionName = keyof typeof options;

/** The options that were given. */
export type OptionValues = {
  [Name in OptionName]?: (typeof options)[Name] extends { multiple: true }
    ? string[]
    : (typeof options)[Name] extends { flag: true }
      ? boolean
      : string;
};
