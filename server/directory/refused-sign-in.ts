import type { Directory } from './directory.ts';
import type { Member } from './entities/member.ts';
import type { Organization } from './entities/organization.ts';
import { type Origin, referenceOf, sessionFor } from './session.ts';
import { write } from './write.ts';

/**
 * Notes in the audit that somebody tried to sign in as a member and was refused: one event a minute a
 * member at the most, by whatever protocol and node. Nobody waits for it, so that the answer takes as
 * long for a name that nobody has; the refusal stands also where it cannot be noted.
 */
export function noteRefusedSignIn(
  directory: Directory,
  organization: Organization,
  { id, displayName }: Member,
  origin: Origin,
): void {
  const stranger = { kind: 'system', name: 'Sign-in' } as const;
  const session = sessionFor(directory, referenceOf(organization), stranger, [], origin);
  write(session, async (tx) =>
    tx.note({
      subject: 'member',
      subjectId: id,
      action: 'member.sign-in-refused',
      name: displayName,
      oncePerMinute: true,
    }),
  ).catch(() => undefined);
}
