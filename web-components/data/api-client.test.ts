import { expect } from '@open-wc/testing';
import { FakeServer } from '../test-support/fake-server.ts';
import { ApiClient } from './api-client.ts';
import { NetworkError, ProblemError } from './errors.ts';

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('the request should have failed'),
    (error: unknown) => error,
  );
}

describe('ApiClient', () => {
  it('lists members with the query as parameters, leaving out what is empty', async () => {
    const server = new FakeServer();
    const client = new ApiClient({ fetch: server.fetch });
    const page = await client.members({ search: 'a&b=c', limit: 20 });
    expect(page.items).to.have.length(0);
    expect(String(server.memberQueries()[0])).to.equal('search=a%26b%3Dc&limit=20');
  });

  it('sends the cookie to its own origin, and the CSRF header with writes only', async () => {
    const server = new FakeServer();
    const client = new ApiClient({ fetch: server.fetch });
    await client.departments();
    await client.signOut();
    const [read, write] = server.requests;
    expect(read?.credentials).to.equal('same-origin');
    expect(read?.headers.get('X-Requested-With')).to.equal(null);
    expect(write?.headers.get('X-Requested-With')).to.equal('roster');
  });

  it('sends a token and no cookie when it has one', async () => {
    const server = new FakeServer({ signedIn: false, tokens: ['one'] });
    const client = new ApiClient({ fetch: server.fetch, getToken: async () => 'one' });
    await client.departments();
    expect(server.requests[0]?.credentials).to.equal('omit');
    expect(server.requests[0]?.headers.get('Authorization')).to.equal('Bearer one');
  });

  it('asks for a fresh token once when the server refuses one', async () => {
    const server = new FakeServer({ signedIn: false, tokens: ['new'] });
    const given = ['old', 'new'];
    const client = new ApiClient({
      fetch: server.fetch,
      getToken: async () => given.shift() ?? '',
    });
    expect(await client.departments()).to.have.length(15);
    expect(server.requests).to.have.length(2);
  });

  it('gives up after the second refusal, and says so', async () => {
    const server = new FakeServer({ signedIn: false });
    let told = 0;
    const client = new ApiClient({
      fetch: server.fetch,
      getToken: async () => 'wrong',
      onUnauthenticated: () => {
        told += 1;
      },
    });
    const error = await failureOf(client.departments());
    expect(error).to.be.instanceOf(ProblemError).with.property('kind', 'unauthenticated');
    expect([server.requests.length, told]).to.deep.equal([2, 1]);
  });

  it('reports a host page that gives no token as unauthenticated', async () => {
    const client = new ApiClient({
      fetch: new FakeServer().fetch,
      getToken: async () => {
        throw new Error('signed out');
      },
    });
    expect(await failureOf(client.departments())).to.have.property('kind', 'unauthenticated');
  });

  it('tells a missing session from a failure', async () => {
    const server = new FakeServer({ signedIn: false });
    const client = new ApiClient({ fetch: server.fetch });
    expect(await client.session()).to.equal(null);
    server.failNext('/session', { status: 500 });
    expect(await failureOf(client.session())).to.have.property('kind', 'server');
  });

  it('reads problems and Retry-After', async () => {
    const server = new FakeServer();
    server.failNext('/members', {
      status: 429,
      detail: 'Slow down',
      headers: { 'Retry-After': '17' },
    });
    const error = await failureOf(new ApiClient({ fetch: server.fetch }).members());
    expect(error).to.include({ kind: 'throttled', message: 'Slow down', retryAfter: 17 });
  });

  it('turns a lost connection into a NetworkError, an abort into an AbortError', async () => {
    const server = new FakeServer();
    const client = new ApiClient({ fetch: server.fetch });
    server.offline = true;
    expect(await failureOf(client.members())).to.be.instanceOf(NetworkError);
    const abort = new AbortController();
    const asked = client.members({}, { signal: abort.signal });
    abort.abort();
    expect(await failureOf(asked)).to.have.property('name', 'AbortError');
  });

  it('refuses an answer that is no JSON', async () => {
    const client = new ApiClient({ fetch: async () => new Response('<html>') });
    expect(await failureOf(client.members())).to.have.property('kind', 'server');
  });

  it('takes a base URL with a path, with or without a slash at its end', async () => {
    const server = new FakeServer();
    for (const baseUrl of ['https://a.example/x', 'https://a.example/x/']) {
      await failureOf(new ApiClient({ baseUrl, fetch: server.fetch }).departments());
    }
    expect(new Set(server.requests.map(({ url }) => url))).to.deep.equal(
      new Set(['https://a.example/x/api/v1/departments']),
    );
  });
});
