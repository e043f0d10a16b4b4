import type { Texts } from './messages.ts'
import { html, type View } from './page.ts'

/** A true page under a watermark, with everything on it switched off. */
export const previewPage = (page: View, { t }: Texts): View => html`
  <p class="notice" role="note">${t('preview.notice')}</p>
  <fieldset disabled class="preview">${page}</fieldset>
`
