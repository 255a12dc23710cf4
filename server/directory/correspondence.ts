export const languages = ['en', 'zh-CN'] as const;
/** What a mail is written in. */
export type Language = (typeof languages)[number];

export interface MailText {
  subject: string;
  text: string;
  html: string;
}

/** The words of the mails that the directory sends; written outside of it. */
export interface MailTexts {
  /** Who invites, to what, until when. */
  invitation(
    facts: { organization: string; inviter: string; name: string; link: string; expiresAt: Date },
    language: Language,
  ): MailText;
  passwordReset(
    facts: { organization: string; name: string; link: string; expiresAt: Date },
    language: Language,
  ): MailText;
  /** To who was provisioned without a password. */
  activation(
    facts: { organization: string; name: string; username: string; link: string; expiresAt: Date },
    language: Language,
  ): MailText;
  passwordChanged(
    facts: { organization: string; name: string; at: Date },
    language: Language,
  ): MailText;
}

/** What links and mails are made with. */
export interface Correspondence {
  /** Base of every link, without a slash at its end; never taken from a request. */
  publicUrl: string;
  texts: MailTexts;
}

/** A link whose token stands in the fragment, so that no server log, proxy or Referer sees it. */
export function secretLink(
  { publicUrl }: Pick<Correspondence, 'publicUrl'>,
  page: 'join' | 'reset',
  token: string,
): string {
  return `${publicUrl}/${page}#${token}`;
}

/** `a…@acme.example`: enough for its owner to know it. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  return `${[...email][0] ?? ''}…${email.slice(at)}`;
}
