import type { Logger } from 'pino';
import {
  claimDueMail,
  countQueuedMail,
  type Directory,
  keepMail,
  mailLeaseMs,
  markMailFailed,
  markMailSent,
} from '../directory/index.ts';
import type { MailTransport } from './transport.ts';

export interface MailSender {
  /** Looks for due mails now instead of at the next poll. */
  wake(): void;
  close(): Promise<void>;
}

/**
 * Sends what the outbox holds, on whichever node takes it first. Without a transport the mails stay
 * there, and the log says that they wait.
 */
export function startMailSender(
  directory: Directory,
  transport: MailTransport | undefined,
  log: Logger,
  { pollMs = 2000, renewMs = mailLeaseMs / 3 } = {},
): MailSender {
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;
  let waiting = 0;

  const noteTrouble = (error: unknown) => log.error({ err: error }, 'the outbox cannot be reached');
  const sendNext = async (by: MailTransport) => {
    const mail = await claimDueMail(directory.entityManager(), directory.now());
    if (mail === undefined) return;
    const renewal = setInterval(() => {
      keepMail(directory.entityManager(), mail, directory.now()).catch(noteTrouble);
    }, renewMs);
    try {
      await by.send(mail);
      await markMailSent(directory.entityManager(), mail, directory.now());
      log.info({ mail: mail.id, attempts: mail.attempts }, 'mail sent');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.warn({ mail: mail.id, attempts: mail.attempts }, 'mail not sent');
      await markMailFailed(directory.entityManager(), mail, reason, directory.now());
    } finally {
      clearInterval(renewal);
    }
    again = true;
  };
  const sayWhatWaits = async () => {
    const queued = await countQueuedMail(directory.entityManager());
    if (queued > waiting) log.warn({ queued }, 'mails are not sent: no mail server is set');
    waiting = queued;
  };
  const run = async () => {
    try {
      do {
        again = false;
        await (transport === undefined ? sayWhatWaits() : sendNext(transport));
      } while (again && !closed);
    } catch (error) {
      noteTrouble(error);
    } finally {
      running = undefined;
    }
  };
  const wake = () => {
    again = true;
    running ??= run();
  };
  const timer = setInterval(wake, pollMs);

  return {
    wake,
    close: async () => {
      closed = true;
      clearInterval(timer);
      await running;
      transport?.close();
    },
  };
}
