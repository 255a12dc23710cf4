import { describe, expect, it } from 'vitest';
import { groupUrn, idOf, startService, userUrn } from '../test-support/service.ts';

describe('RFC 7644 section 3.6: deleting', () => {
  it('edge case 36: 204 once, 404 from then on, and the name is free again', async () => {
    const { send } = startService();
    const anna = { schemas: [userUrn], userName: 'anna' };
    const id = idOf(await send('POST', '/Users', anna));
    const members = [{ value: id }];
    await send('POST', '/Groups', { schemas: [groupUrn], displayName: 'G', members });
    const gone = await send('DELETE', `/Users/${id}`);
    expect([gone.status, gone.body]).toEqual([204, undefined]);
    for (const method of ['GET', 'DELETE']) {
      expect((await send(method, `/Users/${id}`)).status, method).toBe(404);
    }
    expect((await send('GET', '/Users')).body).toMatchObject({ totalResults: 0 });
    expect((await send('GET', '/Groups')).body).not.toHaveProperty('Resources.0.members');
    expect(idOf(await send('POST', '/Users', anna))).not.toBe(id);
  });
});
