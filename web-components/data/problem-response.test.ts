import { expect } from '@open-wc/testing';
import { readProblem, retryAfterSeconds } from './problem-response.ts';

describe('readProblem', () => {
  it('keeps what a problem document says, and the status of the response', async () => {
    const body = {
      type: '/problems/invalid',
      title: 'Invalid',
      status: 999,
      extra: 'left out',
      errors: [{ field: 'name', message: 'is missing' }, { bad: true }, null],
    };
    const { problem } = await readProblem(Response.json(body, { status: 422 }));
    expect(problem).to.deep.equal({
      type: '/problems/invalid',
      title: 'Invalid',
      status: 422,
      errors: [{ field: 'name', message: 'is missing' }],
    });
  });

  for (const body of ['<html>Bad gateway</html>', '', '[]', 'null', '7', '{"title":5}', '{']) {
    it(`makes a problem of the body ${JSON.stringify(body)}`, async () => {
      const { problem } = await readProblem(
        new Response(body, { status: 502, statusText: 'Bad Gateway' }),
      );
      expect(problem).to.deep.equal({ type: 'about:blank', title: 'Bad Gateway', status: 502 });
    });
  }
});

describe('retryAfterSeconds', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  const cases: [string | null, number | null][] = [
    ['120', 120],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', null],
    ['99999999999999', null],
    [null, null],
  ];
  for (const [header, seconds] of cases) {
    it(`reads ${header} as ${seconds}`, () => {
      expect(retryAfterSeconds(header, now)).to.equal(seconds);
    });
  }
});
