/** What went wrong, in one line, and the code to exit with: 2 for a wrong command, 1 for a refusal. */
export class CommandError extends Error {
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The API said no. */
export class Refusal extends CommandError {
  readonly status: number;
  /** Of the problem: `/problems/…`. */
  readonly type: string | undefined;
  /** It is the answer that the same request got before (`Idempotent-Replayed`). */
  readonly isReplayed: boolean;
  constructor(
    message: string,
    { status, type, isReplayed }: { status: number; type?: string; isReplayed: boolean },
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.isReplayed = isReplayed;
  }
}

/** Nobody answered, and what became of the request is not known. */
export class NoAnswer extends CommandError {}
