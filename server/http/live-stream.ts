import {
  type ChangeSubject,
  comparePositions,
  type DirectorySession,
  type FeedChange,
  type FeedPosition,
  readOwnChanges,
  readPermissions,
} from '../directory/index.ts';
import { changeFrame, heartbeatFrame } from './live-frame.ts';

/** Who listens. */
export interface Listener {
  session: DirectorySession;
  /** The session as it is now; undefined when the credential is over. */
  authenticateAgain(): Promise<DirectorySession | undefined>;
  /** Cuts the connection with all that was not sent. */
  cut?: (() => void) | undefined;
}

/** What the streams of a process have in common. */
export interface Feed {
  /** Everything up to here has been offered to the streams. */
  position(): FeedPosition;
  seal(organization: string, position: FeedPosition): string;
  left(stream: LiveStream): void;
}

export interface LiveStreamTimes {
  heartbeatMs: number;
  /** Unsent bytes at the most; a client that then takes nothing for a heartbeat's time is cut off. */
  bufferBytes: number;
}

// Whether a caller may still read, and what, hangs on none of these, unless it is the caller.
const harmless = new Set<ChangeSubject>([
  'member',
  'department',
  'group',
  'scim-token',
  'service-account',
  'app-password',
  'scim-resource',
  'webhook',
  'event-stream',
]);
const endMs = 1000;

/** The subjects among those wanted that the session may read. */
export function readableSubjects(
  { permissions }: DirectorySession,
  wanted: readonly ChangeSubject[],
): Set<ChangeSubject> {
  return new Set(wanted.filter((subject) => permissions.has(readPermissions[subject])));
}

/**
 * One client's stream of its organization's changes. It is live, and sends what the feed offers; or it
 * settles: authenticates again and reads from the database what it has missed, at the client's pace, until
 * it is live.
 */
export class LiveStream {
  readonly listener: Listener;
  readonly readable: ReadableStream<Uint8Array>;
  readonly #feed: Feed;
  readonly #wanted: readonly ChangeSubject[];
  readonly #times: LiveStreamTimes;
  readonly #heartbeat: NodeJS.Timeout;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #readable: Set<ChangeSubject>;
  #position: FeedPosition;
  /** A change that concerns the caller, after which it is authenticated again. */
  #judged: FeedPosition;
  #live = false;
  #ended = false;
  #settling = false;
  #settleAgain = false;
  #beats = 0;
  /** Bytes that were ever put into the buffer. */
  #enqueued = 0;
  /** Of those, what the client had taken at the last beat. */
  #taken = -1;
  #onPull: (() => void) | undefined;
  #end: NodeJS.Timeout | undefined;

  constructor(
    listener: Listener,
    wanted: readonly ChangeSubject[],
    position: FeedPosition,
    feed: Feed,
    times: LiveStreamTimes,
  ) {
    this.listener = listener;
    this.#feed = feed;
    this.#wanted = wanted;
    this.#readable = readableSubjects(listener.session, wanted);
    this.#position = position;
    this.#judged = position;
    this.#times = times;
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#onPull?.(),
        cancel: () => this.#leave(),
      },
      { highWaterMark: times.bufferBytes, size: (frame) => frame.byteLength },
    );
    this.#heartbeat = setInterval(() => this.#beat(), times.heartbeatMs);
  }

  get organizationId(): string {
    return this.listener.session.organization.id;
  }

  /** Sends the first frames, then what the client has missed. */
  begin(frames: readonly Uint8Array[]): void {
    for (const frame of frames) this.#enqueue(frame);
    this.#settle();
  }

  /** A change of the organization, in the order of the feed. */
  offer(change: FeedChange, frame: Uint8Array): void {
    if (!this.#live) {
      if (this.#concerns(change)) this.#settle();
      return;
    }
    // Read from the database already.
    if (comparePositions(change.position, this.#position) <= 0) return;
    if (this.#concerns(change) || !this.#fits(frame)) {
      this.#settle();
      return;
    }
    this.#position = change.position;
    if (this.#readable.has(change.subject)) this.#enqueue(frame);
  }

  /** Sends what is under way, and no more. */
  end(): void {
    if (this.#ended) return;
    this.#leave();
    this.#controller.close();
    this.#end = setTimeout(() => this.listener.cut?.(), endMs);
    this.#end.unref();
  }

  #concerns({ subject, subjectId }: FeedChange): boolean {
    return !harmless.has(subject) || subjectId === this.listener.session.actor.id;
  }

  #settle(): void {
    this.#live = false;
    this.#settleAgain = true;
    this.#onPull?.();
    if (!this.#settling) void this.#settleNow();
  }

  async #settleNow(): Promise<void> {
    this.#settling = true;
    try {
      while (this.#settleAgain && !this.#ended) {
        this.#settleAgain = false;
        const known = later(this.#feed.position(), this.#judged);
        const session = await this.listener.authenticateAgain();
        this.#readable =
          session === undefined ? new Set() : readableSubjects(session, this.#wanted);
        if (this.#readable.size === 0 || session === undefined) this.end();
        else await this.#catchUp(session, known);
      }
    } catch {
      // The client comes back and goes on from its last position.
      this.end();
    } finally {
      this.#settling = false;
    }
  }

  /** @param known the session is of after this position */
  async #catchUp(session: DirectorySession, known: FeedPosition): Promise<void> {
    while (!this.#ended && !this.#settleAgain) {
      const head = this.#feed.position();
      // Nothing is awaited between this look and being live: what comes next is offered.
      if (comparePositions(this.#position, head) >= 0) {
        this.#live = true;
        return;
      }
      const changes = await readOwnChanges(session, this.#position);
      for (const change of changes) {
        await this.#room();
        if (this.#ended || this.#settleAgain) return;
        // What the session could read before may be too much from here on.
        if (this.#concerns(change) && comparePositions(change.position, known) > 0) {
          this.#judged = change.position;
          this.#settleAgain = true;
          return;
        }
        this.#position = change.position;
        if (!this.#readable.has(change.subject)) continue;
        const position = this.#feed.seal(this.organizationId, change.position);
        this.#enqueue(changeFrame(change, position));
      }
      if (changes.length === 0) this.#position = head;
    }
  }

  /** Waits until the client has taken half of what it was sent. */
  async #room(): Promise<void> {
    while (!this.#ended && !this.#settleAgain && this.#isBehind()) {
      const pulled = Promise.withResolvers<void>();
      this.#onPull = pulled.resolve;
      await pulled.promise;
    }
  }

  #isBehind(): boolean {
    return (this.#controller.desiredSize ?? 0) < this.#times.bufferBytes / 2;
  }

  #beat(): void {
    const taken = this.#enqueued - this.#times.bufferBytes + (this.#controller.desiredSize ?? 0);
    if (this.#isBehind() && taken === this.#taken) {
      this.#cut();
      return;
    }
    this.#taken = taken;
    const position = this.#live ? this.#feed.position() : undefined;
    const frame = heartbeatFrame(position && this.#feed.seal(this.organizationId, position));
    if (this.#fits(frame)) this.#enqueue(frame);
    this.#beats += 1;
    if (this.#beats % 2 === 0) this.#settle();
  }

  #enqueue(frame: Uint8Array): void {
    this.#enqueued += frame.byteLength;
    this.#controller.enqueue(frame);
  }

  #fits(frame: Uint8Array): boolean {
    return (this.#controller.desiredSize ?? 0) >= frame.byteLength;
  }

  #cut(): void {
    if (this.#ended) return;
    this.#leave();
    if (this.listener.cut === undefined) this.#controller.error(new Error('cut off'));
    else this.listener.cut();
  }

  #leave(): void {
    clearTimeout(this.#end);
    if (this.#ended) return;
    this.#ended = true;
    this.#live = false;
    clearInterval(this.#heartbeat);
    this.#onPull?.();
    this.#feed.left(this);
  }
}

function later(a: FeedPosition, b: FeedPosition): FeedPosition {
  return comparePositions(a, b) > 0 ? a : b;
}
