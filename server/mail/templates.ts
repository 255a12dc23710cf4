/** The mail that tries the mail server. */
export function testMail(organization: string): { subject: string; text: string } {
  return {
    subject: `A test mail of ${organization}`,
    text: [
      `An administrator of ${organization} tried whether mails arrive.`,
      'This one did. There is nothing to do.',
      '',
    ].join('\n'),
  };
}
