import { z } from 'zod';

/** How receivers tell what is wrong with an event (RFC 8935 section 2.3, RFC 8936 section 2.6). */
export const ReceiverError = z.object({
  err: z.string(),
  description: z.string().optional(),
});

/** What the body of an error says; undefined where it says nothing that can be read. */
export function reasonGiven(body: string): { code: string; reason: string } | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  const read = ReceiverError.safeParse(json);
  return read.success ? { code: read.data.err, reason: reasonOf(read.data) } : undefined;
}

/** An error in one line. */
export function reasonOf({ err, description = '' }: z.infer<typeof ReceiverError>): string {
  const line = description === '' ? err : `${err}: ${description}`;
  return line.replaceAll(/\p{Cc}+/gu, ' ').toWellFormed();
}
