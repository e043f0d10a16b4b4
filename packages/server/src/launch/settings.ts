import { z } from 'zod'

const colour = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour like #0f5e66')
const size = z.string().regex(/^\d{1,4}(\.\d{1,3})?(px|rem|em)$/, 'must be a size like 8px')
const fonts = z.string().min(1).max(200)

/** Properties of a SMART style document. Spec: CX-34 */
const style = z.strictObject({
  color_background: colour.optional(),
  color_error: colour.optional(),
  color_highlight: colour.optional(),
  color_modal_backdrop: colour.optional(),
  color_success: colour.optional(),
  color_text: colour.optional(),
  dim_border_radius: size.optional(),
  dim_font_size: size.optional(),
  dim_spacing_size: size.optional(),
  font_family_body: fonts.optional(),
  font_family_heading: fonts.optional(),
})

type Style = z.infer<typeof style>

/** How an app should look to fit in here, by name; a launch names one, and every other launch gets `default`. */
export const launchSettings = z
  .strictObject({
    styles: z.record(z.string().regex(/^[a-z0-9-]{1,40}$/), style).default({}),
  })
  .transform(({ styles }): { styles: Readonly<Record<string, Style> & { default: Style }> } => ({
    styles: { default: calm, ...styles },
  }))
  .prefault({})

/** The look of our own pages. */
const calm: Style = {
  color_background: '#f4f7f7',
  color_error: '#9c1f2e',
  color_highlight: '#0f5e66',
  color_modal_backdrop: '#1b2a2f',
  color_success: '#1d6b3a',
  color_text: '#1b2a2f',
  dim_border_radius: '12px',
  dim_font_size: '17px',
  dim_spacing_size: '16px',
  font_family_body: 'system-ui, sans-serif',
  font_family_heading: 'system-ui, sans-serif',
}
