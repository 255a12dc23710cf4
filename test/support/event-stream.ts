export interface StreamEvent {
  event: string;
  id: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted upon, not typed
  data: any;
}

/** A client of server-sent events on a connection of its own. */
export interface EventStream {
  status: number;
  headers: Headers;
  events: StreamEvent[];
  /** As a browser keeps it: also of events without data. */
  lastId(): string;
  /** Comments and fields as they came. */
  raw(): string;
  /** Resolves when the stream is over, however it ended. */
  ended: Promise<void>;
  close(): void;
}

export async function openEventStream(
  url: string,
  headers: Record<string, string>,
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const events: StreamEvent[] = [];
  let raw = '';
  let lastId = '';
  const read = async () => {
    let rest = '';
    for await (const text of (response.body ?? new ReadableStream()).pipeThrough(
      new TextDecoderStream(),
    )) {
      raw += text;
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const fields = new Map(
          block.split('\n').map((line) => {
            const [name = '', ...value] = line.split(': ');
            return [name, value.join(': ')];
          }),
        );
        lastId = fields.get('id') ?? lastId;
        const data = fields.get('data');
        if (data === undefined) continue;
        events.push({
          event: fields.get('event') ?? 'message',
          id: lastId,
          data: JSON.parse(data),
        });
      }
    }
  };
  return {
    status: response.status,
    headers: response.headers,
    events,
    lastId: () => lastId,
    raw: () => raw,
    ended: read().catch(() => {}),
    close: () => abort.abort(),
  };
}
