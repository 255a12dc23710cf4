import type { Complex } from '../schemas/value.ts';

/** A resource as it is shown, with the collections that are read only while it is written. */
export interface Shown {
  readonly resource: Complex;
  readonly streams: readonly Stream[];
}

export interface Stream {
  readonly name: string;
  readonly batches: AsyncIterable<readonly unknown[]>;
}

/** The JSON of a resource, its streamed collections at the end; one without values is left out. */
export async function* resourceText({ resource, streams }: Shown): AsyncGenerator<string> {
  yield JSON.stringify(resource).slice(0, -1);
  for (const { name, batches } of streams) {
    let before = `,${JSON.stringify(name)}:[`;
    for await (const batch of batches) {
      if (batch.length === 0) continue;
      yield before + batch.map((value) => JSON.stringify(value)).join(',');
      before = ',';
    }
    if (before === ',') yield ']';
  }
  yield '}';
}

/** The JSON of a list: its other members, then `Resources` one after the other. */
export async function* listText(
  list: Readonly<Record<string, unknown>>,
  resources: readonly Shown[],
): AsyncGenerator<string> {
  yield `${JSON.stringify(list).slice(0, -1)},"Resources":[`;
  for (const [index, shown] of resources.entries()) {
    if (index > 0) yield ',';
    yield* resourceText(shown);
  }
  yield ']}';
}

/** In UTF-16 units: a socket is not asked for every small piece. */
const chunkLength = 64 * 1024;

/**
 * Text as the body of a response, made no faster than the client reads it. The first chunk is made
 * before it returns: what fails by then is still answered with an error.
 *
 * @param report hears of a later failure, which breaks the answer off.
 */
export async function bodyOf(
  text: AsyncIterable<string>,
  report: (error: unknown) => void,
): Promise<ReadableStream<Uint8Array>> {
  const chunks = inChunks(text);
  const encoder = new TextEncoder();
  let ahead: IteratorResult<string> | undefined = await chunks.next();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = ahead ?? (await chunks.next());
          ahead = undefined;
          if (done) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (error) {
          report(error);
          throw error;
        }
      },
      cancel: async () => {
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

async function* inChunks(text: AsyncIterable<string>): AsyncGenerator<string, undefined> {
  let chunk = '';
  for await (const piece of text) {
    chunk += piece;
    if (chunk.length < chunkLength) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
