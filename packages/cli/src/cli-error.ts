/**
 * The command cannot go on. What a person needs to read: what happened, why, and what to do next. Printed by `main.ts`
 * without a stack; any other error is a fault of ours and is printed with one.
 */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly remedy: string

  constructor(what: string, remedy: string, cause?: unknown) {
    super(what, { cause })
    this.remedy = remedy
  }
}
