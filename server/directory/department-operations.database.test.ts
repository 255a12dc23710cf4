import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../test/support/world.ts';
import { changeDepartment, createDepartment, deleteDepartment } from './change-departments.ts';
import { maximumDepth } from './department-place.ts';
import { type DepartmentView, departmentTree } from './departments.ts';
import { DirectoryError } from './errors.ts';
import { identifierKey } from './identifier-key.ts';
import { createOrganization, systemSession } from './organizations.ts';
import type { DirectorySession } from './session.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

// Departments are named by their place in the tree of the moment.
const place = fc.nat({ max: 40 });
const name = fc.constantFrom('A', 'a', 'B', 'ß', 'SS', 'Ä', 'Ä', '研究', 'x y', ' z ');
const position = fc.option(fc.nat({ max: 6 }), { nil: undefined });

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('below' as const), place, name, position }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('beside' as const), place, name }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('rename' as const), place, name }) },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constant('move' as const), place, target: place, position }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('delete' as const), place }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

async function apply(
  session: () => DirectorySession,
  tree: readonly DepartmentView[],
  operation: Operation,
): Promise<unknown> {
  const at = (index: number) => tree[index % tree.length]?.id ?? '';
  const id = at(operation.place);
  switch (operation.op) {
    case 'below':
      return createDepartment(session(), { ...operation, parentId: id });
    case 'beside':
      return createDepartment(session(), { ...operation, besideId: id });
    case 'rename':
      return changeDepartment(session(), id, { name: operation.name });
    case 'move':
      return changeDepartment(session(), id, { ...operation, parentId: at(operation.target) });
    case 'delete':
      return deleteDepartment(session(), id);
  }
}

function expectTree(tree: readonly DepartmentView[], count: number): void {
  // A depth-first list of all rows with parents before children cannot carry a cycle.
  expect(tree).toHaveLength(count);
  const depths = new Map<string, number>();
  for (const { id, parentId } of tree) {
    const depth = parentId === null ? 0 : (depths.get(parentId) ?? Number.NaN) + 1;
    expect(depth).toBeLessThanOrEqual(maximumDepth);
    depths.set(id, depth);
  }
  expect(tree.filter(({ parentId }) => parentId === null)).toHaveLength(1);
  for (const siblings of Map.groupBy(tree, ({ parentId }) => parentId).values()) {
    expect(siblings.map(({ position }) => position)).toEqual([...siblings.keys()]);
    expect(new Set(siblings.map((sibling) => identifierKey(sibling.name))).size).toBe(
      siblings.length,
    );
  }
}

const expected = new Set(['not-unique', 'invalid-value', 'conflict', 'forbidden', 'in-use']);

test.each([
  ['one after the other', 1],
  ['three at a time', 3],
])('any operations, %s, leave a tree in order', async (_how, atOnce) => {
  let organizations = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 30 }), async (operations) => {
      const organization = await createOrganization(world.database.entityManager(), {
        name: `Random ${atOnce} ${++organizations}`,
      });
      const session = () => systemSession(world.database.entityManager(), organization);
      let count = 1;
      for (let next = 0; next < operations.length; next += atOnce) {
        const tree = await departmentTree(session());
        const batch = operations.slice(next, next + atOnce);
        const outcomes = await Promise.allSettled(batch.map((one) => apply(session, tree, one)));
        for (const [index, outcome] of outcomes.entries()) {
          const op = batch[index]?.op;
          if (outcome.status === 'fulfilled') {
            count += op === 'delete' ? -1 : op === 'below' || op === 'beside' ? 1 : 0;
          } else {
            expect(outcome.reason).toBeInstanceOf(DirectoryError);
            // Another operation of the batch may have deleted it.
            if (atOnce === 1) expect(expected).toContain(outcome.reason.code);
          }
        }
        expectTree(await departmentTree(session()), count);
      }
    }),
    { numRuns: 25 },
  );
});
