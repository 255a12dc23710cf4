import { describe, expect, it } from 'vitest';
import { startService } from '../test-support/service.ts';
import { eventUris } from './event-uris.ts';

describe('RFC 9967 section 4: ServiceProviderConfig', () => {
  it('tells of the events that the host can send', async () => {
    const securityEvents = {
      asyncRequest: 'none' as const,
      eventUris: [eventUris.create, eventUris.delete],
    };
    const { send } = startService({ service: { securityEvents } });
    expect((await send('GET', '/ServiceProviderConfig')).body).toMatchObject({
      securityEvents: {
        asyncRequest: 'none',
        eventUris: [
          'urn:ietf:params:scim:event:prov:create:notice',
          'urn:ietf:params:scim:event:prov:delete',
        ],
      },
    });
  });

  it('says nothing where there are none', async () => {
    const { send } = startService();
    const { body } = await send('GET', '/ServiceProviderConfig');
    expect(body).not.toHaveProperty('securityEvents');
  });
});
