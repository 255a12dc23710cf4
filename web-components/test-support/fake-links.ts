import type { JoinAcceptance, Organization } from '../data/types.ts';
import { json, problem, refuseShort } from './fake-answers.ts';

/** A link and what became of it. */
export type FakeLink = 'open' | 'expired' | 'replaced' | 'revoked' | 'used';

type Body = Partial<JoinAcceptance> & { readonly token: string; readonly password?: string };

/** What the server answers to who holds a link; `taken` is a username that somebody has. */
export function answerLink(
  path: string,
  { token, account, username, password = '' }: Body,
  links: Map<string, FakeLink>,
  organization: Pick<Organization, 'id' | 'slug' | 'name'>,
): Response {
  const state = links.get(token);
  if (state === undefined) return problem({ status: 404, type: '/problems/not-found' });
  if (state !== 'open') return problem({ status: 410, type: `/problems/link-${state}` });
  const about = { organization: organization.name, name: 'Carla Diaz', username: null };
  const expiresAt = '2030-01-02T03:04:00Z';
  switch (path) {
    case '/join/lookup':
      return json({ ...about, inviter: 'Anna Berg', email: 'c…@diaz.example', expiresAt });
    case '/password-reset/lookup':
      return json({ ...about, username: 'carla', expiresAt });
    case '/join/accept': {
      const called = username ?? account?.username ?? '';
      if (called === 'taken') {
        const errors = [{ field: 'username', message: 'username is taken' }];
        return problem({ status: 409, type: '/problems/not-unique', errors });
      }
      if (account?.kind === 'sign-in' && account.password === 'wrong') {
        return problem({ status: 401, type: '/problems/invalid-credentials' });
      }
      const short = account?.kind === 'register' && refuseShort(account.password, 'password');
      if (short) return short;
      links.set(token, 'used');
      const { id, slug, name } = organization;
      const member = { id: 'member-9', name: about.name, username: called };
      return json({ organization: { id, slug, name }, member }, 201);
    }
    case '/password-reset/complete': {
      const short = refuseShort(password, 'password');
      if (short) return short;
      break;
    }
  }
  links.set(token, 'used');
  return new Response(null, { status: 204 });
}
