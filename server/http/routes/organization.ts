import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import {
  changeSettings,
  handOver,
  languages,
  type OrganizationOverview as OrganizationOverviewView,
  organizationOverview,
  renameOrganization,
  settingBounds,
} from '../../directory/index.ts';
import type { AuthenticatedEnv } from '../authentication.ts';
import { entityTag, IfMatch, ifMatch } from '../entity-tag.ts';
import { problemResponse } from '../problem.ts';
import { refuseInvalid } from '../validation.ts';

const MemberReference = z.object({ id: z.uuid(), name: z.string() });

const bounded = (name: keyof typeof settingBounds) =>
  z.number().int().min(settingBounds[name].minimum).max(settingBounds[name].maximum);

const ownSettings = {
  invitationLifetimeHours: bounded('invitationLifetimeHours'),
  resetLinkLifetimeHours: bounded('resetLinkLifetimeHours'),
  minimumPasswordLength: bounded('minimumPasswordLength').openapi({ description: 'Characters.' }),
  embeddingOrigins: z
    .array(z.string().max(300))
    .max(50)
    .openapi({
      description: 'Pages of these origins may embed the components.',
      example: ['https://app.example.com'],
    }),
  language: z.enum(languages).openapi({
    description: 'Of the mails to its people, where nobody says another.',
  }),
  ldapSuffix: z.string().max(255).nullable().openapi({
    description: "The organization's own DN; null: below the base DN of the instance.",
    example: 'dc=acme,dc=com',
  }),
  departmentsFollowScim: z.boolean().openapi({
    description:
      "A member's primary department is the one that the identity provider names, made below the root where it is missing.",
  }),
  activationMail: z.boolean().openapi({
    description: 'Who is provisioned without a password is mailed a link to choose one, once.',
  }),
};

const Settings = z
  .object({
    ...ownSettings,
    defaultHeir: MemberReference.nullable().openapi({
      description: 'Takes over what removed members held; null: the initial administrator.',
    }),
  })
  .openapi('OrganizationSettings');

const SettingsChange = z
  .strictObject({ ...ownSettings, defaultHeir: z.uuid().nullable() })
  .partial()
  .openapi('OrganizationSettingsChange');

const OrganizationOverview = z
  .object({
    id: z.uuid(),
    slug: z.string(),
    name: z.string(),
    createdAt: z.iso.datetime(),
    version: z.number().int().openapi({ description: 'What the ETag carries.' }),
    initialAdministrator: MemberReference.nullable(),
    counts: z.object({
      members: z.number().int(),
      departments: z.number().int(),
      roles: z.number().int(),
      groups: z.number().int(),
    }),
    settings: Settings,
  })
  .openapi('OrganizationOverview');

const json = <T extends z.ZodType>(schema: T) => ({ 'application/json': { schema } });
const overview = (description: string) => ({
  description,
  headers: z.object({ etag: z.string() }),
  content: json(OrganizationOverview),
});

const refusals = {
  401: problemResponse('Not signed in'),
  403: problemResponse('The permission is missing'),
};
const refusalsOfChange = {
  ...refusals,
  400: problemResponse('A value is not acceptable'),
  412: problemResponse('Changed since it was read'),
};

const read = createRoute({
  method: 'get',
  path: '/organization',
  summary: 'The overview of the organization',
  tags: ['Organization'],
  responses: { 200: overview('The organization of the caller'), ...refusals },
});

const rename = createRoute({
  method: 'patch',
  path: '/organization',
  summary: 'Rename the organization',
  description: 'The root department has a name of its own: PATCH /departments/{id}.',
  tags: ['Organization'],
  request: {
    headers: IfMatch,
    body: {
      required: true,
      content: json(z.strictObject({ name: z.string().min(1).max(256) })),
    },
  },
  responses: { 200: overview('As it is now'), ...refusalsOfChange },
});

const settings = createRoute({
  method: 'patch',
  path: '/organization/settings',
  summary: 'Change settings of the organization',
  tags: ['Organization'],
  request: { headers: IfMatch, body: { required: true, content: json(SettingsChange) } },
  responses: {
    200: overview('As it is now'),
    ...refusalsOfChange,
    409: problemResponse('The LDAP suffix is taken'),
  },
});

const successor = createRoute({
  method: 'put',
  path: '/organization/initial-administrator',
  summary: 'Hand over to another initial administrator',
  description: 'Only the present one can, signed in: no API key speaks for somebody.',
  tags: ['Organization'],
  request: {
    body: { required: true, content: json(z.strictObject({ memberId: z.uuid() })) },
  },
  responses: {
    200: overview('As it is now'),
    400: problemResponse('There is no such member, or not an enabled one'),
    401: problemResponse('Not signed in'),
    403: problemResponse('The permission is missing, or it is not the initial administrator'),
  },
});

/** The organization itself: overview, name, settings, initial administrator. */
export function organizationRoutes({ ldapBaseDn }: { ldapBaseDn: string }) {
  return new OpenAPIHono<AuthenticatedEnv>({ defaultHook: refuseInvalid })
    .openapi(read, async (c) => answer(c, await organizationOverview(c.get('session'))))
    .openapi(rename, async (c) => {
      const condition = ifMatch(c.req.valid('header'));
      const { name } = c.req.valid('json');
      return answer(c, await renameOrganization(c.get('session'), name, condition));
    })
    .openapi(settings, async (c) => {
      const changed = await changeSettings(c.get('session'), c.req.valid('json'), {
        instanceSuffix: ldapBaseDn,
        ...ifMatch(c.req.valid('header')),
      });
      return answer(c, changed);
    })
    .openapi(successor, async (c) =>
      answer(c, await handOver(c.get('session'), c.req.valid('json').memberId)),
    );
}

function answer(c: Context<AuthenticatedEnv>, found: OrganizationOverviewView) {
  return c.json(present(found), 200, { etag: entityTag(found.version) });
}

function present(found: OrganizationOverviewView): z.infer<typeof OrganizationOverview> {
  const { settings: set } = found;
  return {
    id: found.id,
    slug: found.slug,
    name: found.name,
    createdAt: found.createdAt.toISOString(),
    version: found.version,
    initialAdministrator: presentMember(found.initialAdministrator),
    counts: found.counts,
    settings: {
      defaultHeir: presentMember(set.defaultHeir),
      invitationLifetimeHours: set.invitationLifetimeHours,
      resetLinkLifetimeHours: set.resetLinkLifetimeHours,
      minimumPasswordLength: set.minimumPasswordLength,
      embeddingOrigins: set.embeddingOrigins,
      language: set.language,
      ldapSuffix: set.ldapSuffix,
      departmentsFollowScim: set.departmentsFollowScim,
      activationMail: set.activationMail,
    },
  };
}

function presentMember(member: { id: string; displayName: string } | null) {
  return member === null ? null : { id: member.id, name: member.displayName };
}
