/** Proof for the compiler that a union was exhausted; throws when the proof is wrong. */
export const assertNever = (value: never): never => {
  throw new Error(`unexpected: ${JSON.stringify(value)}`)
}
