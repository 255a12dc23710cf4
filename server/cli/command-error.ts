/** What went wrong, in one line, and the code to exit with: 2 for a wrong command, 1 for a refusal. */
export class CommandError extends Error {
  readonly exitCode: 1 | 2;
  constructor(message: string, exitCode: 1 | 2 = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
