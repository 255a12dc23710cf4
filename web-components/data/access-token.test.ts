import { expect } from '@open-wc/testing';
import { TokenSource } from './access-token.ts';

describe('TokenSource', () => {
  it('asks again 30 seconds before a token ends', async () => {
    let now = 0;
    let asked = 0;
    const source = new TokenSource(
      async () => {
        asked += 1;
        return { token: `token ${asked}`, expiresAt: now + 60_000 };
      },
      { now: () => now },
    );
    expect(await source.current()).to.equal('token 1');
    now = 29_999;
    expect(await source.current()).to.equal('token 1');
    now = 30_000;
    expect(await source.current()).to.equal('token 2');
  });

  it('asks once for requests that come together', async () => {
    let asked = 0;
    const source = new TokenSource(async () => `token ${++asked}`);
    const tokens = await Promise.all([source.current(), source.current(), source.current()]);
    expect(tokens).to.deep.equal(['token 1', 'token 1', 'token 1']);
  });

  it('forgets only the token that was refused', async () => {
    let asked = 0;
    const source = new TokenSource(async () => `token ${++asked}`);
    const first = await source.current();
    source.discard(first);
    expect(await source.current()).to.equal('token 2');
    source.discard(first);
    expect(await source.current()).to.equal('token 2');
  });

  it('refuses an empty token and an expiry that is no date, and can be asked again', async () => {
    const answers = ['', { token: 'x', expiresAt: 'soon' }, 'good'];
    const source = new TokenSource(async () => answers.shift() ?? '');
    for (const message of ['gave no token', 'not a date']) {
      const error = await source.current().then(
        () => expect.fail(),
        (reason: Error) => reason,
      );
      expect(error.message).to.contain(message);
    }
    expect(await source.current()).to.equal('good');
  });
});
