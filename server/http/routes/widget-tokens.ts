import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { mintWidgetToken, permissions, widgetLifetimeSeconds } from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const { minimum, standard, maximum } = widgetLifetimeSeconds;

const NewWidgetToken = z
  .strictObject({
    member: z.string().min(1).max(256).openapi({ description: 'Id or username.' }),
    permissions: z
      .array(z.enum(permissions))
      .optional()
      .openapi({ description: 'What it shall be able to do; without it, all that is possible.' }),
    origin: z.string().min(1).max(512).openapi({
      description: "Of the page that embeds the component, among the organization's own.",
      example: 'https://app.example.com',
    }),
    lifetimeSeconds: z
      .number()
      .int()
      .min(minimum)
      .max(maximum)
      .optional()
      .openapi({ description: `Else ${standard}.` }),
  })
  .openapi('NewWidgetToken');

const WidgetToken = z
  .object({
    token: z.string().openapi({
      description: 'For Authorization: Bearer, from pages of the origin. Told this once.',
    }),
    member: z.object({ id: z.uuid(), name: z.string() }),
    permissions: z.array(z.enum(permissions)),
    expiresAt: z.iso.datetime(),
  })
  .openapi('WidgetToken');

const mint = createRoute({
  method: 'post',
  path: '/widget-tokens',
  summary: 'Mint a token for an embedded component',
  description:
    'For an API key. The token can do what is asked for, as far as both the member and the key can; it ends with either of them, and when its origin is taken off the list.',
  tags: ['Credentials'],
  request: {
    body: { required: true, content: { 'application/json': { schema: NewWidgetToken } } },
  },
  responses: {
    201: { description: 'Minted', content: { 'application/json': { schema: WidgetToken } } },
    400: problemResponse('A value is not acceptable, or there is no such member'),
    401: problemResponse('No valid API key'),
    403: problemResponse('Not an API key'),
    409: problemResponse('The member is not enabled'),
  },
});

/** What embedded components call this API with. */
export function widgetTokenRoutes() {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid }).openapi(
    mint,
    async (c) => {
      const minted = await mintWidgetToken(c.get('session'), c.req.valid('json'));
      return c.json({ ...minted, expiresAt: minted.expiresAt.toISOString() }, 201);
    },
  );
}
