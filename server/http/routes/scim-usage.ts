import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { type RememberedRequest, type ScimUsage, scimUsage } from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const ScimRequest = z
  .object({
    at: z.iso.datetime(),
    method: z.string(),
    path: z.string().openapi({
      description: 'Without ids and queries, which can name people.',
      example: '/Users/{id}',
    }),
    status: z.number().int(),
    detail: z.string().nullable().openapi({ description: 'What an error said.' }),
  })
  .openapi('ScimRequest');

const Usage = z
  .object({
    tolerances: z.array(
      z.object({
        tolerance: z.string().openapi({ example: 'booleanStrings' }),
        description: z.string().openapi({
          description: 'What is let pass.',
          example: '"True" and "False" as text where true and false belong',
        }),
        clients: z.array(z.string()).openapi({
          description: 'Who is known to need it.',
          example: ['Microsoft Entra ID'],
        }),
        uses: z.number().int(),
        lastUsedAt: z.iso.datetime(),
      }),
    ),
    lastRequest: ScimRequest.nullable(),
    lastFailure: ScimRequest.nullable(),
  })
  .openapi('ScimUsage');

const usage = createRoute({
  method: 'get',
  path: '/scim-tokens/{id}/usage',
  summary: 'What a SCIM connection leans on, and its last requests',
  description: 'Some seconds old.',
  tags: ['Connections'],
  request: { params: z.object({ id: z.uuid() }) },
  responses: {
    200: { description: 'The usage', content: { 'application/json': { schema: Usage } } },
    400: problemResponse('The id cannot be one'),
    401: problemResponse('Not signed in'),
    403: problemResponse('The permission is missing'),
    404: problemResponse('There is no such token'),
  },
});

/** A tolerance by its name, in words for an administrator. */
export type ToleranceWords = (tolerance: string) => {
  description: string;
  clients: readonly string[];
};

/** What SCIM connections do. */
export function scimUsageRoutes(wordsOf: ToleranceWords) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid }).openapi(
    usage,
    async (c) => {
      const found = await scimUsage(c.get('session'), c.req.valid('param').id);
      return c.json(present(found, wordsOf), 200);
    },
  );
}

function present(found: ScimUsage, wordsOf: ToleranceWords): z.infer<typeof Usage> {
  return {
    tolerances: found.tolerances.map(({ tolerance, uses, lastUsedAt }) => {
      const { description, clients } = wordsOf(tolerance);
      return {
        tolerance,
        description,
        clients: [...clients],
        uses,
        lastUsedAt: lastUsedAt.toISOString(),
      };
    }),
    lastRequest: presentRequest(found.lastRequest),
    lastFailure: presentRequest(found.lastFailure),
  };
}

function presentRequest(request: RememberedRequest | null): z.infer<typeof ScimRequest> | null {
  if (request === null) return null;
  const { at, method, path, status, detail } = request;
  return { at: at.toISOString(), method, path, status, detail };
}
