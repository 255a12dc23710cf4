import type { Department } from '../../data/types.ts';

/** A department as the tree shows it (WAI-ARIA 1.3: `aria-level`, `aria-setsize`, `aria-posinset`). */
export interface TreeRow {
  readonly department: Department;
  /** 1 for the root */
  readonly level: number;
  readonly setSize: number;
  /** 1 for the first */
  readonly posInSet: number;
  readonly hasChildren: boolean;
  readonly expanded: boolean;
}

/** The departments of one organization, flat, in display order. */
export class DepartmentTree {
  readonly root: Department | undefined;
  readonly #byId = new Map<string, Department>();
  readonly #children = new Map<string | null, Department[]>();

  /** @param departments in any order in which siblings stand in theirs */
  constructor(departments: readonly Department[]) {
    for (const department of departments) {
      this.#byId.set(department.id, department);
      const siblings = this.#children.get(department.parentId);
      if (siblings) siblings.push(department);
      else this.#children.set(department.parentId, [department]);
    }
    this.root = this.#children.get(null)?.[0];
  }

  get(id: string): Department | undefined {
    return this.#byId.get(id);
  }

  children(id: string): readonly Department[] {
    return this.#children.get(id) ?? [];
  }

  /** Ids from the root to the parent of `id`. */
  ancestors(id: string): readonly string[] {
    const path: string[] = [];
    let parent = this.#byId.get(id)?.parentId;
    while (parent != null && path.length < this.#byId.size) {
      path.unshift(parent);
      parent = this.#byId.get(parent)?.parentId;
    }
    return path;
  }

  /** The rows in sight when these are expanded; without recursion, however deep the tree. */
  rows(expanded: ReadonlySet<string>): readonly TreeRow[] {
    const rows: TreeRow[] = [];
    const levels: { siblings: readonly Department[]; next: number }[] = [
      { siblings: this.#children.get(null) ?? [], next: 0 },
    ];
    while (levels.length > 0) {
      const level = levels.at(-1);
      const department = level?.siblings[level.next];
      if (!level || !department) {
        levels.pop();
        continue;
      }
      level.next += 1;
      const children = this.children(department.id);
      const isExpanded = children.length > 0 && expanded.has(department.id);
      rows.push({
        department,
        level: levels.length,
        setSize: level.siblings.length,
        posInSet: level.next,
        hasChildren: children.length > 0,
        expanded: isExpanded,
      });
      if (isExpanded) levels.push({ siblings: children, next: 0 });
    }
    return rows;
  }
}
