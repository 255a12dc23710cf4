import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  addMember,
  checkUsername,
  type Directory,
  disableMember,
  editMember,
  enableMember,
  getMemberDetails,
  type MemberDetails,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { entityTag, IfMatch, ifMatch } from '../entity-tag.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';
import { Member, presentMember } from './member-presenter.ts';

const refusals = {
  400: problemResponse('A value is not acceptable; `errors` names the field'),
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
};
const memberRefusals = { ...refusals, 404: problemResponse('There is no such member') };
const changeRefusals = {
  ...memberRefusals,
  409: problemResponse('The member stands in a state that does not allow it'),
  412: problemResponse('The member was changed since it was read'),
};

const memberAnswer = (description: string) => ({
  description,
  headers: z.object({ etag: z.string() }),
  content: { 'application/json': { schema: Member } },
});
const json = <T extends z.ZodType>(schema: T) => ({
  required: true,
  content: { 'application/json': { schema } },
});
export const MemberId = z.object({ id: z.uuid() });

const name = z.string().max(1024);
const ids = z.array(z.uuid()).min(1).max(100);

export const NewMember = z
  .object({
    name,
    departments: ids.openapi({ description: 'The primary one first.' }),
    roles: ids,
    username: z.string().max(1024),
    password: z.string().max(4096).openapi({
      description: 'For the first sign-in only: changed then, and over after 7 days.',
    }),
    email: z.string().max(1024).optional(),
  })
  .openapi('NewMember');

const MemberEdit = z
  .strictObject({
    name: name.optional(),
    email: z.string().max(1024).nullable().optional(),
    departments: ids.optional().openapi({ description: 'The primary one first.' }),
    roles: ids.optional(),
  })
  .openapi('MemberEdit');

const read = createRoute({
  method: 'get',
  path: '/members/{id}',
  summary: 'A member in detail',
  tags: ['Members'],
  request: { params: MemberId },
  responses: { 200: memberAnswer('The member'), ...memberRefusals },
});

const usernameCheck = createRoute({
  method: 'get',
  path: '/members/username-check',
  summary: 'Whether a username is free in this organization',
  tags: ['Members'],
  request: { query: z.object({ username: z.string().max(1024) }) },
  responses: {
    200: {
      description: 'Free, or why not',
      content: {
        'application/json': {
          schema: z.object({ available: z.boolean(), message: z.string().nullable() }),
        },
      },
    },
    ...refusals,
  },
});

const add = createRoute({
  method: 'post',
  path: '/members',
  summary: 'Add a member with a password',
  tags: ['Members'],
  request: { body: json(NewMember) },
  responses: {
    201: memberAnswer(
      'Added; pending where a self-owned account has this username or address and must consent',
    ),
    ...refusals,
    409: problemResponse('The username is taken'),
  },
});

const edit = createRoute({
  method: 'patch',
  path: '/members/{id}',
  summary: 'Edit a member',
  tags: ['Members'],
  request: { params: MemberId, headers: IfMatch, body: json(MemberEdit) },
  responses: { 200: memberAnswer('As it is now'), ...changeRefusals },
});

const disable = createRoute({
  method: 'post',
  path: '/members/{id}/disable',
  summary: 'Disable a member',
  tags: ['Members'],
  request: { params: MemberId, headers: IfMatch },
  responses: { 200: memberAnswer('Disabled'), ...changeRefusals },
});

const enable = createRoute({
  method: 'post',
  path: '/members/{id}/enable',
  summary: 'Enable a member',
  tags: ['Members'],
  request: { params: MemberId, headers: IfMatch },
  responses: { 200: memberAnswer('Enabled'), ...changeRefusals },
});

/** What is done with one member. */
export function memberRoutes(directory: Pick<Directory, 'passwords'>) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(usernameCheck, async (c) => {
      const { username } = c.req.valid('query');
      return c.json(await checkUsername(c.get('session'), username), 200);
    })
    .openapi(read, async (c) =>
      answer(c, await getMemberDetails(c.get('session'), c.req.valid('param').id), 200),
    )
    .openapi(add, async (c) =>
      answer(c, await addMember(c.get('session'), directory, c.req.valid('json')), 201),
    )
    .openapi(edit, async (c) => {
      const { id } = c.req.valid('param');
      const condition = ifMatch(c.req.valid('header'));
      return answer(c, await editMember(c.get('session'), id, c.req.valid('json'), condition), 200);
    })
    .openapi(disable, async (c) => {
      const { id } = c.req.valid('param');
      const condition = ifMatch(c.req.valid('header'));
      return answer(c, await disableMember(c.get('session'), id, condition), 200);
    })
    .openapi(enable, async (c) => {
      const { id } = c.req.valid('param');
      const condition = ifMatch(c.req.valid('header'));
      return answer(c, await enableMember(c.get('session'), id, condition), 200);
    });
}

function answer<Status extends 200 | 201>(c: Context, member: MemberDetails, status: Status) {
  return c.json(presentMember(member), status, { etag: entityTag(member.version) });
}
