import type { MailTexts } from '../../server/directory/index.ts';

/** Mails of which a test reads the link. */
export const plainTexts: MailTexts = {
  invitation: ({ organization, link }) => ({
    subject: `Join ${organization}`,
    text: link,
    html: `<p>${link}</p>`,
  }),
  passwordReset: ({ link }) => ({ subject: 'Reset', text: link, html: `<p>${link}</p>` }),
  activation: ({ link }) => ({ subject: 'Activate', text: link, html: `<p>${link}</p>` }),
  passwordChanged: ({ name }) => ({ subject: 'Changed', text: name, html: `<p>${name}</p>` }),
};
