import { html, nothing, type TemplateResult } from 'lit';
import type { MemberFilter } from '../../controllers/member-list.ts';
import { messagePanel } from '../../ui/failure-panel.ts';
import type { Localization } from '../../ui/localization.ts';

export interface EmptyStateOptions {
  readonly filter: MemberFilter;
  readonly localize: Localization;
  readonly onClearFilters: () => void;
}

/** Why a list is empty, and what to do about it. */
export function emptyState({
  filter,
  localize,
  onClearFilters,
}: EmptyStateOptions): TemplateResult {
  if (filter.search || filter.status) {
    return messagePanel({
      emblem: 'search',
      title: localize.term('members.no-match.title'),
      text: localize.term('members.no-match.text'),
      action: html`<sl-button part="clear-filters" @click=${onClearFilters}>
        ${localize.term('action.clear-filters')}
      </sl-button>`,
    });
  }
  const where = filter.department ? 'none-in-department' : 'none';
  return messagePanel({
    emblem: filter.department ? 'diagram-3' : 'people',
    title: localize.term(`members.${where}.title`),
    text: localize.term(`members.${where}.text`),
    action: filter.department ? nothing : html`<slot name="empty-action"></slot>`,
  });
}
