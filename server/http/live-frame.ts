import type { FeedChange } from '../directory/index.ts';

const encoder = new TextEncoder();

/** What a stream begins with: how long to wait before coming back, and from where to go on. */
export function openingFrame(position: string): Uint8Array {
  return encoder.encode(`retry: 2000\nid: ${position}\n\n`);
}

/** Nothing happened; so far all is told. */
export function heartbeatFrame(position: string | undefined): Uint8Array {
  return encoder.encode(position === undefined ? ':\n\n' : `:\nid: ${position}\n\n`);
}

/** Something between what the client knows and now cannot be told any more. */
export function resetFrame(position: string): Uint8Array {
  return encoder.encode(`event: reset\nid: ${position}\ndata: {}\n\n`);
}

/** A change, without anything that says more of a person than an id. */
export function changeFrame(
  { subject, subjectId, kind, at, heirId }: FeedChange,
  position: string,
): Uint8Array {
  const data = JSON.stringify({ subject, id: subjectId, kind, at: at.toISOString(), heirId });
  return encoder.encode(`event: ${subject}.${kind}\nid: ${position}\ndata: ${data}\n\n`);
}
