import type { Prefer } from './request.ts'

/** `Prefer` → what it asks; unknown preferences are ignored, as RFC 7240 says. */
export const parsePrefer = (text: string | undefined): Prefer => {
  const asked = (text ?? '').split(/[,;]/).map((item) => item.trim())
  const representations = ['minimal', 'representation', 'OperationOutcome'] as const
  return {
    return: representations.find((each) => asked.includes(`return=${each}`)),
    strict: asked.includes('handling=strict'),
    respondAsync: asked.includes('respond-async'),
  }
}
