import { expect } from '@open-wc/testing';
import fc from 'fast-check';
import type { Department } from '../../data/types.ts';
import { DepartmentTree } from './department-tree.ts';

const department = (id: string, parentId: string | null): Department => ({
  id,
  parentId,
  name: id,
  position: 0,
  version: 1,
  memberCount: 0,
  totalMemberCount: 0,
});

/** Any tree: department n hangs below one of those before it. */
const anyDepartments = fc
  .array(fc.nat(), { maxLength: 60 })
  .map((parents) => [
    department('0', null),
    ...parents.map((parent, index) => department(String(index + 1), String(parent % (index + 1)))),
  ]);

describe('DepartmentTree', () => {
  it('shows each department once, below its parent, when all are expanded', () => {
    fc.assert(
      fc.property(anyDepartments, (departments) => {
        const rows = new DepartmentTree(departments).rows(new Set(departments.map(({ id }) => id)));
        expect(new Set(rows.map((row) => row.department.id)).size).to.equal(departments.length);
        const levels = new Map(rows.map((row) => [row.department.id, row.level]));
        for (const row of rows) {
          const { parentId } = row.department;
          const above = parentId === null ? 0 : (levels.get(parentId) ?? Number.NaN);
          expect(row.level).to.equal(above + 1);
        }
      }),
    );
  });

  it('counts siblings as assistive technology does', () => {
    fc.assert(
      fc.property(anyDepartments, (departments) => {
        const rows = new DepartmentTree(departments).rows(new Set(departments.map(({ id }) => id)));
        for (const row of rows) {
          const siblings = rows.filter(
            (one) => one.department.parentId === row.department.parentId,
          );
          expect(row.setSize).to.equal(siblings.length);
          expect(siblings.indexOf(row) + 1).to.equal(row.posInSet);
        }
      }),
    );
  });

  it('shows only the root when nothing is expanded', () => {
    const tree = new DepartmentTree([department('root', null), department('child', 'root')]);
    expect(tree.rows(new Set()).map((row) => row.department.id)).to.deep.equal(['root']);
  });

  it('survives orphans, loops and a tree of 20,000 levels', () => {
    const loop = [department('root', null), department('a', 'b'), department('b', 'a')];
    const tree = new DepartmentTree(loop);
    expect(tree.rows(new Set(['root', 'a', 'b']))).to.have.length(1);
    expect(tree.ancestors('a').length).to.be.at.most(3);
    const chain = Array.from({ length: 20_000 }, (_, index) =>
      department(String(index), index === 0 ? null : String(index - 1)),
    );
    const deep = new DepartmentTree(chain).rows(new Set(chain.map(({ id }) => id)));
    expect(deep.at(-1)?.level).to.equal(20_000);
  });

  it('knows the way from the root', () => {
    const tree = new DepartmentTree([
      department('root', null),
      department('a', 'root'),
      department('b', 'a'),
    ]);
    expect(tree.ancestors('b')).to.deep.equal(['root', 'a']);
    expect(tree.ancestors('root')).to.deep.equal([]);
    expect(tree.ancestors('unknown')).to.deep.equal([]);
  });
});
