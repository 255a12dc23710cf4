import { z } from '@hono/zod-openapi';

// What the contracts of credentials have in common.

/** Who made a credential, or took it over from who did. */
export const Creator = z
  .object({ id: z.uuid(), name: z.string() })
  .nullable()
  .openapi({ description: 'Who made it or took it over; null where that is nobody.' });

export const ExpiresAt = z.iso
  .datetime({ offset: true })
  .nullable()
  .optional()
  .openapi({ description: 'Without it, it does not end by itself.' });

/** @param use what the secret is for */
export const secretOf = (use: string) =>
  z.string().openapi({ description: `For ${use}. Told this once.` });

export function expiryOf(text: string | null | undefined): Date | null | undefined {
  return text == null ? text : new Date(text);
}

export function stamp(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
