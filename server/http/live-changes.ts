import {
  type ChangeSubject,
  changeSubjects,
  currentPosition,
  type Directory,
  DirectoryError,
  type FeedChange,
  type FeedPosition,
  followChanges,
  openPosition,
  reachesBack,
  readPermissions,
  sealPosition,
} from '../directory/index.ts';
import { changeFrame, openingFrame, resetFrame } from './live-frame.ts';
import { type Feed, type Listener, LiveStream, readableSubjects } from './live-stream.ts';

/** The open streams of this process, which one follower of the feed serves all. */
export interface LiveChanges {
  /**
   * Opens a stream of the listener's organization: of what happens from now on, or after a position.
   *
   * @throws DirectoryError `forbidden` when none of the subjects may be read, `invalid-value` for what is
   *   no position, `slow-down` for one stream too many, `unavailable` while the service stops
   */
  open(
    listener: Listener,
    query: { subjects?: readonly ChangeSubject[] | undefined; after?: string | undefined },
  ): Promise<ReadableStream<Uint8Array>>;
  /** How many streams are open. */
  count(): number;
  /** Looks now instead of at the next poll. */
  wake(): void;
  /** Ends every stream. */
  close(): Promise<void>;
}

export interface LiveChangesOptions {
  heartbeatMs?: number;
  bufferBytes?: number;
  streamsOfOrganization?: number;
  /** Of one member or API key. */
  streamsOfCaller?: number;
  onError?: (error: unknown) => void;
}

const retryAfterSeconds = 10;

/** Follows the feed for the streams that are going to be opened. */
export async function startLiveChanges(
  directory: Directory,
  {
    heartbeatMs = 15_000,
    bufferBytes = 256 * 1024,
    streamsOfOrganization = 200,
    streamsOfCaller = 12,
    onError = () => {},
  }: LiveChangesOptions = {},
): Promise<LiveChanges> {
  const streams = new Map<string, Set<LiveStream>>();
  let position: FeedPosition = await currentPosition(directory.entityManager());
  let closed = false;

  const seal = (organization: string, at: FeedPosition) =>
    sealPosition(directory.secrets, organization, at);
  const feed: Feed = {
    position: () => position,
    seal,
    left: (stream) => {
      const own = streams.get(stream.organizationId);
      own?.delete(stream);
      if (own?.size === 0) streams.delete(stream.organizationId);
    },
  };
  const offer = (change: FeedChange) => {
    const own = streams.get(change.organizationId);
    if (own === undefined) return;
    const frame = changeFrame(change, seal(change.organizationId, change.position));
    for (const stream of own) stream.offer(change, frame);
  };
  const follower = followChanges(
    directory.entityManager,
    position,
    async (changes) => {
      position = changes.at(-1)?.position ?? position;
      for (const change of changes) offer(change);
    },
    { onError },
  );
  const demandRoom = ({ organization, actor }: Listener['session']) => {
    const own = [...(streams.get(organization.id) ?? [])];
    const isCallers = ({ listener: { session } }: LiveStream) =>
      session.actor.kind === actor.kind && session.actor.id === actor.id;
    const ofCaller = own.filter(isCallers).length;
    if (own.length >= streamsOfOrganization || ofCaller >= streamsOfCaller) {
      throw new DirectoryError('slow-down', 'Too many streams are open.', { retryAfterSeconds });
    }
  };
  const demandOpen = () => {
    if (!closed) return;
    throw new DirectoryError('unavailable', 'This node is being stopped.', {
      retryAfterSeconds: 1,
    });
  };
  /** Undefined: it is too old, or of another life of the database. */
  const from = async ({ session }: Listener, after: string) => {
    const known = openPosition(directory.secrets, session.organization.id, after);
    return known !== undefined && (await reachesBack(session.em, known)) ? known : undefined;
  };

  return {
    open: async (listener, { subjects = changeSubjects, after }) => {
      const { session } = listener;
      if (readableSubjects(session, subjects).size === 0) {
        const needed = [...new Set(subjects.map((subject) => readPermissions[subject]))];
        throw new DirectoryError('forbidden', `This needs one of: ${needed.join(', ')}.`);
      }
      const resumed = after ? await from(listener, after) : position;
      // Nothing is awaited from here on: no two streams take the last place.
      demandOpen();
      demandRoom(session);
      const start = resumed ?? position;
      const stream = new LiveStream(listener, subjects, start, feed, {
        heartbeatMs,
        bufferBytes,
      });
      const { id } = session.organization;
      streams.set(id, (streams.get(id) ?? new Set()).add(stream));
      const sealed = seal(id, start);
      stream.begin([openingFrame(sealed), ...(resumed === undefined ? [resetFrame(sealed)] : [])]);
      return stream.readable;
    },
    count: () => [...streams.values()].reduce((sum, own) => sum + own.size, 0),
    wake: follower.wake,
    close: async () => {
      closed = true;
      for (const own of [...streams.values()]) for (const stream of [...own]) stream.end();
      await follower.close();
    },
  };
}
