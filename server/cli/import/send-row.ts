import { setTimeout as wait } from 'node:timers/promises';
import type { Client } from '../client.ts';
import { CommandError, NoAnswer, Refusal } from '../command-error.ts';
import type { Wish } from './plan.ts';

/** What became of a row. */
export interface Outcome {
  result: 'added' | 'invited' | 'would be added' | 'would be invited' | 'failed';
  reason: string;
  link: string;
}

const pausesMs = [500, 1000, 2000, 4000, 8000];

/**
 * Does what a row asks for, once: sent again within a day under the same key, by the same API key, it
 * changes nothing and has the same outcome.
 *
 * @throws NoAnswer when Roster stays away
 */
export async function sendRow(client: Client, wish: Wish, key: string): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      // A refusal is kept, too; but its reason may be mended by now, and it has made nothing.
      const answer = await patiently(() =>
        client.sendOnce<{ link?: string | null }>(wish.path, wish.body, `${key}.${attempt}`),
      );
      const result = wish.kind === 'add' ? 'added' : 'invited';
      return { result, reason: '', link: answer.link ?? '' };
    } catch (error) {
      if (error instanceof Refusal && error.isReplayed) continue;
      if (error instanceof Refusal && error.type === '/problems/idempotency-key-reused') {
        return wrong(
          'an import within the last day sent it with other departments, roles or language',
        );
      }
      return failed(error);
    }
  }
}

/** What would become of it, as far as can be told: the password is not tried. */
export async function tryRow(client: Client, wish: Wish): Promise<Outcome> {
  if (wish.kind === 'invite') return { result: 'would be invited', reason: '', link: '' };
  try {
    const username = new URLSearchParams({ username: String(wish.body.username) });
    const { available, message } = await patiently(() =>
      client.get<{ available: boolean; message: string | null }>(
        `/members/username-check?${username}`,
      ),
    );
    if (!available) return wrong(message ?? 'username: is taken');
    return { result: 'would be added', reason: '', link: '' };
  } catch (error) {
    return failed(error);
  }
}

export function wrong(reason: string): Outcome {
  return { result: 'failed', reason, link: '' };
}

function failed(error: unknown): Outcome {
  if (!(error instanceof CommandError) || isAway(error)) throw error;
  return wrong(error.message);
}

/** Asks again while nobody answers, the database is away, or another is at the same row. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await ask();
    } catch (error) {
      if (!isAway(error) && !isBusy(error)) throw error;
    }
    await wait(pauseMs);
  }
  return ask();
}

function isAway(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof Refusal && error.status >= 500);
}

function isBusy(error: unknown): boolean {
  return error instanceof Refusal && error.type === '/problems/idempotency-running';
}
