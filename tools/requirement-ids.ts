/** A requirement of SMART App Launch 2.2 as our specification numbers it. */
export type Requirement = {
  readonly id: string
  /** Who must do it: `AS`, `RS`, `APP`, `Publisher`, or several. */
  readonly actor: string
  /** `SHALL`, `SHOULD`, `MAY`, `EXP` or an obligation beyond the guide (`Interop`, `ONC` …). */
  readonly strength: string
}

/** The committed copy of the ids: the numbered requirements, and the ids of our own contracts (gateway, tokens, threats …). */
export type RequirementIds = { readonly smart: readonly Requirement[]; readonly own: readonly string[] }

/** Rows of the requirement tables, whose second and third columns are actor and strength. */
export const parseRequirements = (markdown: string): readonly Requirement[] =>
  markdown.split('\n').flatMap((line) => {
    const [, id, actor, strength] = line.split('|').map((cell) => cell.trim())
    return id !== undefined && /^[A-Z]{2,3}-\d+$/.test(id) ? [{ id, actor: actor ?? '', strength: strength ?? '' }] : []
  })

const families = 'AID|AL|BP|BS|CA|CF|CON|CP|CS|CX|GW|ID|IM|IN|IX|MNG|MS|ONC|RF|RFC|SC|SDK|ST|SY|THR|TI|TL|TOK|UB'
const idPattern = new RegExp(`\\b(${families})-(\\d{2,3})(?:\\.\\.(?:\\1-)?(\\d{2,3}))?\\b`, 'g')

/** Ids in the order they stand in a text; a range (`RF-01..RF-03`, `RF-01..03`) names every member. */
export const idsIn = (text: string): readonly string[] =>
  [...text.matchAll(idPattern)].flatMap(([, family = '', first = '', last = first]) =>
    Array.from(
      { length: Math.max(1, Number(last) - Number(first) + 1) },
      (_, index) => `${family}-${String(Number(first) + index).padStart(first.length, '0')}`,
    ),
  )
