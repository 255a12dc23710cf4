import { type NewMail, queueMail } from './outbox.ts';
import { type DirectorySession, demand } from './session.ts';
import { write } from './write.ts';

/**
 * Sends a mail that says no more than that mails arrive: how an administrator tries the mail server.
 *
 * @returns the mail's id in the outbox
 * @throws DirectoryError `invalid-value` for an address that cannot be one
 */
export async function sendTestMail(
  session: DirectorySession,
  to: NewMail['to'],
  text: { subject: string; text: string },
): Promise<string> {
  demand(session, 'mail:write');
  return write(session, async (tx) => {
    const id = queueMail(tx, { to, ...text });
    tx.note({ subject: 'mail', subjectId: id, action: 'mail.test-sent', name: to.address });
    return id;
  });
}
