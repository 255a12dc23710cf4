import type { TreeRow } from './department-tree.ts';

/** What a key asks of the tree. */
export type TreeCommand =
  | { readonly kind: 'focus'; readonly index: number }
  | { readonly kind: 'expand' | 'collapse' | 'select'; readonly index: number }
  | { readonly kind: 'expand-siblings'; readonly index: number };

export interface TreeKeyOptions {
  /** in right-to-left text the arrows that open and close change places */
  readonly rtl?: boolean;
  /** rows that one press of PageUp or PageDown passes */
  readonly pageSize?: number;
}

/**
 * The keys of the tree view pattern (WAI-ARIA Authoring Practices, "Tree View").
 * @returns undefined for a key that is not the tree's
 */
export function treeCommand(
  key: string,
  rows: readonly TreeRow[],
  active: number,
  { rtl = false, pageSize = 10 }: TreeKeyOptions = {},
): TreeCommand | undefined {
  const row = rows[active];
  if (!row) return undefined;
  const focus = (index: number): TreeCommand => ({
    kind: 'focus',
    index: Math.max(0, Math.min(rows.length - 1, index)),
  });
  switch (key) {
    case 'ArrowDown':
      return focus(active + 1);
    case 'ArrowUp':
      return focus(active - 1);
    case 'PageDown':
      return focus(active + pageSize);
    case 'PageUp':
      return focus(active - pageSize);
    case 'Home':
      return focus(0);
    case 'End':
      return focus(rows.length - 1);
    case rtl ? 'ArrowLeft' : 'ArrowRight':
      if (row.expanded) return focus(active + 1);
      return row.hasChildren ? { kind: 'expand', index: active } : focus(active);
    case rtl ? 'ArrowRight' : 'ArrowLeft':
      return row.expanded ? { kind: 'collapse', index: active } : focus(parentIndex(rows, active));
    case 'Enter':
    case ' ':
      return { kind: 'select', index: active };
    case '*':
      return { kind: 'expand-siblings', index: active };
    default:
      return undefined;
  }
}

function parentIndex(rows: readonly TreeRow[], index: number): number {
  const parent = rows[index]?.department.parentId;
  if (parent == null) return index;
  for (let above = index - 1; above >= 0; above--) {
    if (rows[above]?.department.id === parent) return above;
  }
  return index;
}
