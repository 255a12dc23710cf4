import { html, nothing, type TemplateResult } from 'lit';
import type { Member, MemberSortKey } from '../../data/types.ts';
import type { Terms } from '../../locales/en.ts';
import { avatar } from '../../ui/avatar.ts';
import type { Localization } from '../../ui/localization.ts';

export type CellContent = TemplateResult | string | typeof nothing;

export interface MemberColumn {
  /** also the name of the cell's part and class */
  readonly key: string;
  readonly label: keyof Terms;
  readonly sortKey?: MemberSortKey;
  readonly cell: (member: Member, localize: Localization) => CellContent;
}

export const memberColumns: readonly MemberColumn[] = [
  { key: 'name', label: 'members.column.name', sortKey: 'name', cell: nameCell },
  {
    key: 'username',
    label: 'members.column.username',
    sortKey: 'username',
    cell: ({ username }) => text(username),
  },
  { key: 'departments', label: 'members.column.departments', cell: departmentsCell },
  {
    key: 'roles',
    label: 'members.column.roles',
    cell: ({ roles }) => text(roles.map(({ name }) => name).join(', ')),
  },
  { key: 'status', label: 'members.column.status', cell: statusCell },
  {
    key: 'created',
    label: 'members.column.created',
    sortKey: 'createdAt',
    cell: ({ createdAt }, localize) =>
      html`<time datetime=${createdAt}>${day(createdAt, localize)}</time>`,
  },
];

function nameCell({ name, email, username }: Member): TemplateResult {
  const second = email ?? username;
  return html`${avatar(name)}
    <span class="person">
      <span class="text strong" title=${name}>${name}</span>
      ${second ? html`<span class="text muted" title=${second}>${second}</span>` : nothing}
    </span>`;
}

function departmentsCell({ departments }: Member, localize: Localization): CellContent {
  const ordered = [...departments].sort((a, b) => Number(b.primary) - Number(a.primary));
  const [first, ...others] = ordered.map(({ name }) => name);
  if (first === undefined) return nothing;
  if (others.length === 0) return text(first);
  return html`<span class="text" title=${[first, ...others].join(', ')}>${first}</span>
    <span class="more" aria-hidden="true">${localize.term('members.more', others.length)}</span>
    <span class="visually-hidden">${others.join(', ')}</span>`;
}

function statusCell({ status }: Member, localize: Localization): TemplateResult {
  return html`<span class="pill ${status}">${localize.term(`status.${status}`)}</span>`;
}

function text(value: string | null): CellContent {
  return value ? html`<span class="text" title=${value}>${value}</span>` : nothing;
}

function day(iso: string, localize: Localization): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? '' : localize.date(date, { dateStyle: 'medium' });
}
