import { Member } from './entities/member.ts';
import { Organization } from './entities/organization.ts';
import { DirectoryError } from './errors.ts';
import type { WriteSession } from './write.ts';

// What all credentials have in common.

const lastUsedGranularityMs = 60_000;

/** True when a use that happens now has to be written down: once a minute is enough. */
export function isUseWorthNoting(lastUsedAt: Date | null | undefined, now: Date): boolean {
  return lastUsedAt == null || now.getTime() - lastUsedAt.getTime() > lastUsedGranularityMs;
}

export function isOver({ expiresAt }: { expiresAt?: Date | null }, now: Date): boolean {
  return expiresAt != null && expiresAt <= now;
}

/** @throws DirectoryError `invalid-value` for a time that is over */
export function acceptExpiry(expiresAt: Date | null | undefined, now: Date): Date | null {
  if (expiresAt == null) return null;
  if (expiresAt > now) return expiresAt;
  throw new DirectoryError('invalid-value', 'expiresAt is in the past', { field: 'expiresAt' });
}

export function ownerOf(tx: WriteSession): Organization {
  return tx.em.getReference(Organization, tx.organization.id);
}

/** The member who makes a credential; none where that is the instance or another credential. */
export function creatorOf(tx: WriteSession): Member | null {
  const { kind, id } = tx.actor;
  return kind === 'member' && id !== undefined
    ? tx.em.getReference(Member, [tx.organization.id, id])
    : null;
}

/** Who made a credential, or took it over; null where that is nobody. */
export type CreatorView = { id: string; name: string } | null;

export function creatorView(creator: Member | null | undefined): CreatorView {
  return creator == null ? null : { id: creator.id, name: creator.displayName };
}

/** The same member, as the one who makes a credential now. */
export function makerView({ actor: { kind, id, name } }: WriteSession): CreatorView {
  return kind === 'member' && id !== undefined ? { id, name } : null;
}
