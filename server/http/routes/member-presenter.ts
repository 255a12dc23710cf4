import { z } from '@hono/zod-openapi';
import {
  actionRefusals,
  type InvitationView,
  invitationStates,
  type MemberActions,
  type MemberDetails,
  memberActions,
  memberStatuses,
} from '../../directory/index.ts';

export const Invitation = z
  .object({
    state: z.enum(invitationStates),
    email: z.string().nullable().openapi({ description: 'Where the link was mailed.' }),
    invitedBy: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .openapi('Invitation');

const Action = z
  .object({
    allowed: z.boolean(),
    reason: z.enum(actionRefusals).nullable().openapi({ description: 'Why not; null if allowed.' }),
  })
  .openapi('MemberAction');

export const Member = z
  .object({
    id: z.uuid(),
    name: z.string(),
    username: z.string().nullable(),
    email: z.string().nullable().openapi({ description: 'The organization e-mail.' }),
    status: z.enum(memberStatuses),
    departments: z
      .array(z.object({ id: z.uuid(), name: z.string(), primary: z.boolean() }))
      .openapi({ description: 'The primary one first.' }),
    roles: z.array(z.object({ id: z.uuid(), name: z.string() })),
    managed: z.boolean().openapi({ description: 'This organization manages the account.' }),
    initialAdministrator: z.boolean(),
    invitation: Invitation.nullable().openapi({ description: 'The newest one.' }),
    creator: z.string(),
    createdAt: z.iso.datetime(),
    activatedAt: z.iso.datetime().nullable(),
    lastLoginAt: z.iso.datetime().nullable(),
    version: z.number().int(),
    actions: z
      .object(
        Object.fromEntries(memberActions.map((action) => [action, Action])) as Record<
          (typeof memberActions)[number],
          typeof Action
        >,
      )
      .openapi({ description: 'What this caller may do with the member.' }),
  })
  .openapi('Member');

export function presentMember(member: MemberDetails): z.infer<typeof Member> {
  return {
    id: member.id,
    name: member.displayName,
    username: member.username,
    email: member.email,
    status: member.status,
    departments: member.departments,
    roles: member.roles,
    managed: member.managed,
    initialAdministrator: member.initialAdministrator,
    invitation: member.invitation && presentInvitation(member.invitation),
    creator: member.createdBy.name,
    createdAt: member.createdAt.toISOString(),
    activatedAt: member.activatedAt?.toISOString() ?? null,
    lastLoginAt: member.lastLoginAt?.toISOString() ?? null,
    version: member.version,
    actions: presentActions(member.actions),
  };
}

export function presentInvitation(invitation: InvitationView): z.infer<typeof Invitation> {
  return {
    state: invitation.state,
    email: invitation.email,
    invitedBy: invitation.invitedBy.name,
    createdAt: invitation.createdAt.toISOString(),
    expiresAt: invitation.expiresAt.toISOString(),
  };
}

function presentActions(actions: MemberActions): z.infer<typeof Member>['actions'] {
  const allowed = memberActions.map((action) => [
    action,
    { allowed: actions[action] === null, reason: actions[action] },
  ]);
  return Object.fromEntries(allowed) as z.infer<typeof Member>['actions'];
}
