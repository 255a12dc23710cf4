import { css, html, nothing, type TemplateResult } from 'lit';
import type { OfferedOrganization } from '../../data/types.ts';
import { icon } from '../../ui/icon.ts';

export interface OrganizationChoiceOptions {
  /** id of the heading */
  readonly labelledBy: string;
  /** the one that is being signed in to */
  readonly chosen: OfferedOrganization | undefined;
  readonly disabled: boolean;
  readonly onChoose: (organization: OfferedOrganization) => void;
}

/** A button for each organization that a person is in, with what the person is called there. */
export function organizationChoice(
  organizations: readonly OfferedOrganization[],
  { labelledBy, chosen, disabled, onChoose }: OrganizationChoiceOptions,
): TemplateResult {
  return html`<ul class="organizations" role="list" aria-labelledby=${labelledBy}>
    ${organizations.map(
      (organization) => html`<li>
        <button
          part="organization"
          type="button"
          class=${organization === chosen ? 'chosen' : nothing}
          aria-busy=${organization === chosen ? 'true' : nothing}
          aria-disabled=${disabled ? 'true' : nothing}
          @click=${() => {
            if (!disabled) onChoose(organization);
          }}
        >
          <span class="emblem">${icon('building')}</span>
          <span class="called">
            <span class="name">${organization.name}</span>
            ${
              organization.username === null
                ? nothing
                : html`<span class="username">${organization.username}</span>`
            }
          </span>
          ${icon('chevron-right')}
        </button>
      </li>`,
    )}
  </ul>`;
}

export const organizationChoiceStyles = css`
  .organizations {
    display: grid;
    gap: 8px;
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .organizations button {
    display: flex;
    align-items: center;
    gap: 12px;
    inline-size: 100%;
    min-block-size: 56px;
    padding: 8px 14px;
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    background: var(--_surface);
    color: var(--_text);
    font: inherit;
    text-align: start;
    cursor: pointer;
  }

  .organizations button:hover,
  .organizations button.chosen {
    border-color: var(--_accent);
    background: color-mix(in oklab, var(--_accent) 6%, var(--_surface));
  }

  .organizations button:focus-visible {
    outline: var(--_focus-ring);
    outline-offset: 2px;
  }

  .organizations button[aria-disabled] {
    cursor: default;
  }

  .organizations button[aria-disabled]:not(.chosen) {
    border-color: var(--_border);
    background: var(--_surface);
    color: var(--_text-muted);
  }

  .organizations .emblem {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 32px;
    block-size: 32px;
    border-radius: 9px;
    background: var(--_surface-sunken);
    color: var(--_text-muted);
    font-size: 16px;
  }

  .organizations .called {
    display: grid;
    flex: 1;
    min-inline-size: 0;
    line-height: 1.35;
    overflow-wrap: anywhere;
  }

  .organizations .name {
    font-weight: 500;
    unicode-bidi: isolate;
  }

  .organizations .username {
    color: var(--_text-muted);
    font-size: var(--_font-size-small);
    unicode-bidi: isolate;
  }

  .organizations button > svg {
    color: var(--_text-muted);
  }

  .organizations button:dir(rtl) > svg {
    scale: -1 1;
  }
`;
