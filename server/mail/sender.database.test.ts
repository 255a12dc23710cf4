import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMailServer } from '../../test/support/mail-server.ts';
import { openWorld, type World } from '../../test/support/world.ts';
import { listMail, sendTestMail } from '../directory/index.ts';
import { startMailSender } from './sender.ts';
import { testMail } from './templates.ts';
import { createMailTransport } from './transport.ts';

let now = new Date('2026-11-24T12:00:00Z');
let world: World;
let mailServer: Awaited<ReturnType<typeof startMailServer>>;
beforeAll(async () => {
  world = await openWorld({ now: () => now });
  mailServer = await startMailServer();
});
afterAll(async () => {
  await mailServer.stop();
  await world.close();
});

const logged: string[] = [];
const log = {
  info: () => {},
  warn: (...args: unknown[]) => void logged.push(JSON.stringify(args)),
  error: (...args: unknown[]) => void logged.push(JSON.stringify(args)),
} as never;
const transport = () =>
  createMailTransport({ url: mailServer.url, from: 'Roster <roster@acme.example>' });
const send = (address: string) =>
  sendTestMail(world.session(), { address }, testMail(world.made.organization.name));
const mailOf = async (id: string) =>
  (await listMail(world.session())).find((mail) => mail.id === id);

test('a mail in the outbox reaches the mail server once, from whichever sender takes it', async () => {
  const id = await send('anna@acme.example');
  const senders = [transport(), transport()].map((by) =>
    startMailSender(world.directory, by, log, { pollMs: 20 }),
  );
  await expect.poll(async () => (await mailOf(id))?.state).toBe('sent');
  await Promise.all(senders.map((sender) => sender.close()));
  expect(mailServer.received).toHaveLength(1);
  expect(mailServer.received[0]).toMatchObject({
    from: 'roster@acme.example',
    to: ['anna@acme.example'],
  });
  expect(mailServer.received[0]?.content).toContain('Subject: A test mail of Acme');
  expect(mailServer.received[0]?.content).toContain(`Message-ID: <${id}@roster>`);
});

test('a mail server that cannot takes the mail later, and the administrator sees why', async () => {
  mailServer.state.refuse = true;
  const id = await send('ben@acme.example');
  const sender = startMailSender(world.directory, transport(), log, { pollMs: 20 });
  await expect.poll(async () => (await mailOf(id))?.lastError).toContain('451');
  expect(await mailOf(id)).toMatchObject({ state: 'queued', attempts: 1 });
  mailServer.state.refuse = false;
  // Not before its time.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect((await mailOf(id))?.attempts).toBe(1);
  now = new Date(now.getTime() + 5_000);
  await expect.poll(async () => (await mailOf(id))?.state).toBe('sent');
  await sender.close();
  // Logs know mails by their ids.
  expect(logged.join()).toContain(id);
  expect(logged.join()).not.toContain('ben@acme.example');
});

test('after a day a mail that nobody takes is given up', async () => {
  mailServer.state.refuse = true;
  const id = await send('cleo@acme.example');
  const sender = startMailSender(world.directory, transport(), log, { pollMs: 10 });
  const start = now.getTime();
  await expect
    .poll(
      async () => {
        now = new Date(now.getTime() + 3_600_000);
        return (await mailOf(id))?.state;
      },
      { timeout: 20_000 },
    )
    .toBe('abandoned');
  expect(now.getTime() - start).toBeGreaterThanOrEqual(23 * 3_600_000);
  mailServer.state.refuse = false;
  await sender.close();
});

test('a mail that takes longer than a lease is sent once all the same', async () => {
  const ids = [await send('emil@acme.example'), await send('frida@acme.example')];
  const gate = Promise.withResolvers<void>();
  const sent: string[] = [];
  const slow = {
    send: async ({ id }: { id: string }) => {
      sent.push(id);
      await gate.promise;
    },
    close: () => {},
  };
  const senders = [slow, slow].map((by) =>
    startMailSender(world.directory, by, log, { pollMs: 5, renewMs: 5 }),
  );
  await expect.poll(() => sent.length).toBe(2);
  for (let minute = 0; minute < 10; minute++) {
    now = new Date(now.getTime() + 50_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  gate.resolve();
  for (const id of ids) await expect.poll(async () => (await mailOf(id))?.state).toBe('sent');
  await Promise.all(senders.map((sender) => sender.close()));
  expect(sent.toSorted()).toEqual(ids.toSorted());
});

test('mails that wait behind a slow one are free for other nodes', async () => {
  const ids: string[] = [];
  for (let mail = 0; mail < 5; mail++) ids.push(await send(`many${mail}@acme.example`));
  const gate = Promise.withResolvers<void>();
  const [stuck, quick]: string[][] = [[], []];
  const by = (log: string[] | undefined, wait: Promise<void>) => ({
    send: async ({ id }: { id: string }) => {
      log?.push(id);
      await wait;
    },
    close: () => {},
  });
  const first = startMailSender(world.directory, by(stuck, gate.promise), log, { pollMs: 5 });
  await expect.poll(() => stuck).toHaveLength(1);
  const second = startMailSender(world.directory, by(quick, Promise.resolve()), log, { pollMs: 5 });
  await expect.poll(() => quick).toHaveLength(4);
  gate.resolve();
  await Promise.all([first.close(), second.close()]);
  expect([...(stuck ?? []), ...(quick ?? [])].toSorted()).toEqual(ids.toSorted());
});

test('without a mail server mails wait, and the log says so', async () => {
  const id = await send('dora@acme.example');
  logged.length = 0;
  const sender = startMailSender(world.directory, undefined, log, { pollMs: 20 });
  await expect.poll(() => logged.join()).toContain('no mail server is set');
  await sender.close();
  expect((await mailOf(id))?.state).toBe('queued');
});

test.each(['a@b.example, c@d.example', 'Bob <b@x.example>', 'x@y\r\nBcc: z@z.example', 'nobody'])(
  '%j is not an address',
  async (address) => {
    await expect(send(address)).rejects.toMatchObject({ code: 'invalid-value' });
  },
);
