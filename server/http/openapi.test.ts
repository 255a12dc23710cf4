import { readFileSync } from 'node:fs';
import openapiTypescript, { astToString } from 'openapi-typescript';
import { expect, test } from 'vitest';
import { describeAdminApi } from './openapi.ts';

test('docs/openapi.json is what the routes make (npm run openapi)', () => {
  expect(readFileSync('docs/openapi.json', 'utf8')).toBe(describeAdminApi());
});

test("the components' types are made from it (npm run openapi)", async () => {
  const types = astToString(await openapiTypescript(JSON.parse(describeAdminApi())));
  const written = readFileSync('web-components/data/openapi.ts', 'utf8');
  expect(written.slice(written.indexOf('export interface paths'))).toBe(
    types.slice(types.indexOf('export interface paths')),
  );
});

test('every route tells its refusals as problem documents', () => {
  const { paths } = JSON.parse(describeAdminApi());
  for (const [path, operations] of Object.entries<Record<string, never>>(paths)) {
    for (const [method, operation] of Object.entries<{ responses: Record<string, never> }>(
      operations,
    )) {
      const refusals = Object.entries<{ content?: object }>(operation.responses).filter(
        ([status]) => Number(status) >= 400,
      );
      expect(refusals.length, `${method} ${path}`).toBeGreaterThan(0);
      for (const [, { content }] of refusals) {
        expect(Object.keys(content ?? {}), `${method} ${path}`).toEqual([
          'application/problem+json',
        ]);
      }
    }
  }
});
