import { createTransport } from 'nodemailer';
import type { ClaimedMail } from '../directory/index.ts';

/** Hands mails to a mail server. */
export interface MailTransport {
  /** @throws what the mail server, or the way to it, answered */
  send(mail: ClaimedMail): Promise<void>;
  close(): void;
}

const timeoutMs = 10_000;

/**
 * @param url `smtp://user:password@host:port`, or `smtps://`
 * @param from the sender of every mail: an address, or `Name <address>`
 */
export function createMailTransport({ url, from }: { url: string; from: string }): MailTransport {
  const transport = createTransport(
    {
      url,
      pool: true,
      maxConnections: 2,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      // What a template says is text, never a file or an address to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  );
  return {
    send: async ({ id, to, subject, text, html }) => {
      await transport.sendMail({
        // The same on every attempt, so that a mail that was sent twice can be known as one.
        messageId: `<${id}@roster>`,
        // As an object: a name that looks like more addresses adds none.
        to: { name: to.name ?? '', address: to.address },
        subject,
        text,
        ...(html === undefined ? {} : { html }),
      });
    },
    close: () => transport.close(),
  };
}
