import type { Language, MailTexts } from '../directory/index.ts';

interface Letter {
  subject: string;
  paragraphs: string[];
  /** Between the first paragraph and the rest. */
  button?: { label: string; link: string };
}

/** The mails that people get, each as plain text and as HTML, in their organization's language. */
export const mailTexts: MailTexts = {
  invitation: ({ organization, inviter, name, link, expiresAt }, language) => {
    const until = time(expiresAt, language);
    // Where no person invites, the organization does.
    const isPerson = inviter !== organization;
    const invites = isPerson
      ? `${inviter} 邀请您加入 ${organization}`
      : `${organization} 邀请您加入`;
    return render(
      language === 'zh-CN'
        ? {
            subject: invites,
            paragraphs: [
              `${name}，您好！${invites}。`,
              `此链接在 ${until} 之前有效，且只能使用一次。`,
              '如果您不认识邀请人，请忽略此邮件。',
            ],
            button: { label: '立即加入', link },
          }
        : {
            subject: isPerson
              ? `${inviter} invites you to ${organization}`
              : `You are invited to ${organization}`,
            paragraphs: [
              isPerson
                ? `Hello ${name}, ${inviter} invites you to join ${organization}.`
                : `Hello ${name}, you are invited to join ${organization}.`,
              `The link works once, until ${until}.`,
              'If you do not know who invites you, leave this mail alone.',
            ],
            button: { label: 'Join now', link },
          },
      language,
    );
  },
  passwordReset: ({ organization, name, link, expiresAt }, language) => {
    const until = time(expiresAt, language);
    return render(
      language === 'zh-CN'
        ? {
            subject: '重置您的密码',
            paragraphs: [
              `${name}，您好！${organization} 的管理员为您请求了重置密码。`,
              `此链接在 ${until} 之前有效，且只能使用一次。`,
              '如果您不想更改密码，请忽略此邮件：您的密码保持不变。',
            ],
            button: { label: '设置新密码', link },
          }
        : {
            subject: 'Reset your password',
            paragraphs: [
              `Hello ${name}, an administrator of ${organization} asked for a new password for you.`,
              `The link works once, until ${until}.`,
              'If you do not want another password, leave this mail alone: yours stays as it is.',
            ],
            button: { label: 'Choose a new password', link },
          },
      language,
    );
  },
  activation: ({ organization, name, username, link, expiresAt }, language) => {
    const until = time(expiresAt, language);
    return render(
      language === 'zh-CN'
        ? {
            subject: `启用您在 ${organization} 的帐户`,
            paragraphs: [
              `${name}，您好！您在 ${organization} 的帐户已创建，用户名为 ${username}。请设置密码以启用帐户。`,
              `此链接在 ${until} 之前有效，且只能使用一次。`,
              '如果您不认识该组织，请忽略此邮件。',
            ],
            button: { label: '设置密码', link },
          }
        : {
            subject: `Activate your account at ${organization}`,
            paragraphs: [
              `Hello ${name}, your account at ${organization} is ready. Your username is ${username}; choose a password to sign in.`,
              `The link works once, until ${until}.`,
              'If you do not know this organization, leave this mail alone.',
            ],
            button: { label: 'Choose a password', link },
          },
      language,
    );
  },
  passwordChanged: ({ organization, name, at }, language) =>
    render(
      language === 'zh-CN'
        ? {
            subject: '您的密码已更改',
            paragraphs: [
              `${name}，您好！您在 ${organization} 使用的密码已于 ${time(at, language)} 更改。`,
              '如果这不是您本人的操作，请立即联系管理员。',
            ],
          }
        : {
            subject: 'Your password was changed',
            paragraphs: [
              `Hello ${name}, the password that you use at ${organization} was changed on ${time(at, language)}.`,
              'If that was not you, tell an administrator at once.',
            ],
          },
      language,
    ),
};

function render(
  { subject, paragraphs: [first = '', ...rest], button }: Letter,
  language: Language,
) {
  const text = [first, ...(button === undefined ? [] : [button.link]), ...rest, ''].join('\n\n');
  const paragraph = (content: string) => `<p>${content}</p>`;
  const html = [
    `<!doctype html><html lang="${language}"><body style="font-family:sans-serif;line-height:1.5">`,
    paragraph(escapeHtml(first)),
    ...(button === undefined
      ? []
      : [
          paragraph(`<a href="${escapeHtml(button.link)}">${escapeHtml(button.label)}</a>`),
          paragraph(escapeHtml(button.link)),
        ]),
    ...rest.map((content) => paragraph(escapeHtml(content))),
    '</body></html>',
  ].join('\n');
  return { subject, text, html };
}

function time(at: Date, language: Language): string {
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return `${format.format(at)} UTC`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
