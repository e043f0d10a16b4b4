import type { Answer } from '../answer.ts'
import { style } from './style.data.ts'

/** GET /ui/{hash}.css: the one stylesheet. Its address changes with its content, so browsers keep it for good. */
export const stylesheet = async (): Promise<Answer> => ({
  status: 200,
  headers: [
    ['content-type', 'text/css; charset=utf-8'],
    ['cache-control', 'public, max-age=31536000, immutable'],
    ['x-content-type-options', 'nosniff'],
  ],
  body: style,
})
