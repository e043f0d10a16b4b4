import { html, type View } from './page.ts'

const drawn = (paths: View): View => html`
  <svg viewBox="0 0 48 48" width="48" height="48" fill="none" stroke="currentColor" stroke-width="2.25" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
    ${paths}
  </svg>
`

/** The few drawings of the sandbox's pages, on 48 pixels, in the colour of the text around them. */
export const icons = {
  phone: drawn(html`
    <rect x="14" y="5" width="20" height="38" rx="4" />
    <path d="M21 37.5h6" />
    <path d="M24 26.5l-4.6-4.4a3 3 0 0 1 4.6-3.9 3 3 0 0 1 4.6 3.9z" />
  `),
  chart: drawn(html`
    <rect x="9" y="8" width="30" height="35" rx="3" />
    <path d="M18 8V6a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v2z" />
    <path d="M15 28h5l3-7 4 12 3-5h4" />
  `),
  tools: drawn(html`
    <rect x="5" y="9" width="38" height="30" rx="3" />
    <path d="M5 17h38" />
    <path d="M17 24l-5 4.5 5 4.500M31 24l5 4.500-5 4.500M26.500 22.500l-5 12" />
  `),
  desk: drawn(html`
    <circle cx="24" cy="13" r="6" />
    <path d="M12 30v-1a9 9 0 0 1 9-8h6a9 9 0 0 1 9 8v1" />
    <path d="M5 30h38v4H5zM9 34v9M39 34v9" />
  `),
  gate: drawn(html`
    <path d="M8 43V21a16 16 0 0 1 32 0v22" />
    <path d="M4 43h40" />
    <path d="M17 43V22M24 43V19M31 43V22M8 30h32" />
  `),
  records: drawn(html`
    <rect x="7" y="6" width="34" height="37" rx="3" />
    <path d="M7 18.300h34M7 30.600h34M20 12.500h8M20 24.500h8M20 36.800h8" />
  `),
  cross: drawn(html`<path d="M18 8h12v10h10v12H30v10H18V30H8V18h10z" />`),
} satisfies Record<string, View>
