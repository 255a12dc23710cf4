import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import {
  type Correspondence,
  type IssuedInvitation,
  inviteMember,
  inviteNewMember,
  languages,
  revokeInvitation,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';
import { Member, presentMember } from './member-presenter.ts';
import { MemberId, NewMember } from './members.ts';

const Delivery = z
  .object({
    by: z.enum(['link', 'mail']),
    email: z.string().max(1024).optional().openapi({
      description: 'Where to mail it; if left out, where the last one went.',
    }),
    language: z.enum(languages).optional(),
  })
  .openapi('InvitationDelivery');

const Issued = z
  .object({
    member: Member,
    link: z.url().nullable().openapi({
      description: 'Told this once; null for a mailed one, which only its reader knows.',
    }),
  })
  .openapi('IssuedInvitation');

const issued = (description: string) => ({
  description,
  content: { 'application/json': { schema: Issued } },
});
const refusals = {
  400: problemResponse('A value is not acceptable; `errors` names the field'),
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing, or a role carries more than the caller holds'),
};
const memberRefusals = {
  ...refusals,
  404: problemResponse('There is no such member'),
  409: problemResponse('The member stands in a state that does not allow it'),
};
const tooManyMails = problemResponse('The address got enough mails within the hour');

const inviteNew = createRoute({
  method: 'post',
  path: '/invitations',
  summary: 'Add a pending member and invite the person',
  tags: ['Invitations'],
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: NewMember.pick({ name: true, departments: true, roles: true })
            .extend({ delivery: Delivery })
            .openapi('NewInvitation'),
        },
      },
    },
  },
  responses: { 201: issued('Invited, for 3 days'), ...refusals, 429: tooManyMails },
});

const invite = createRoute({
  method: 'post',
  path: '/members/{id}/invitation',
  summary: 'Invite a pending member, again where that was done before',
  tags: ['Invitations'],
  request: {
    params: MemberId,
    body: { required: true, content: { 'application/json': { schema: Delivery } } },
  },
  responses: {
    201: issued('Invited, for 3 days; the link before is void'),
    ...memberRefusals,
    429: tooManyMails,
  },
});

const revoke = createRoute({
  method: 'delete',
  path: '/members/{id}/invitation',
  summary: 'Withdraw the invitation that waits for an answer',
  tags: ['Invitations'],
  request: { params: MemberId },
  responses: {
    200: {
      description: 'Withdrawn; the member stays pending',
      content: { 'application/json': { schema: Member } },
    },
    ...memberRefusals,
  },
});

/** Inviting, for who manages members. */
export function invitationRoutes(correspondence: Correspondence) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(inviteNew, async (c) => {
      const made = await inviteNewMember(c.get('session'), c.req.valid('json'), correspondence);
      return c.json(present(made), 201, { 'cache-control': 'no-store' });
    })
    .openapi(invite, async (c) => {
      const { id } = c.req.valid('param');
      const made = await inviteMember(c.get('session'), id, c.req.valid('json'), correspondence);
      return c.json(present(made), 201, { 'cache-control': 'no-store' });
    })
    .openapi(revoke, async (c) => {
      const member = await revokeInvitation(c.get('session'), c.req.valid('param').id);
      return c.json(presentMember(member), 200);
    });
}

function present({ member, link }: IssuedInvitation): z.infer<typeof Issued> {
  return { member: presentMember(member), link };
}
