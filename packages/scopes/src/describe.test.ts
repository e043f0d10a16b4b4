import fc from 'fast-check'
import { expect, describe as suite, test } from 'vitest'
import { scopes as anyScopes } from '../test/arbitraries.ts'
import type { DescribeOptions, Description } from './describe.ts'
import { describe } from './describe.ts'
import { formatScopes } from './format.ts'
import { letters } from './interactions.ts'
import { type LocaleTag, locales } from './locales.ts'
import { parseScope, parseScopes } from './parse.ts'
import { knownQueries } from './queries.data.ts'
import { resourceTypes } from './resource-types.ts'
import { type Restriction, restrictionType as type } from './restriction.ts'
import type { Row } from './row.ts'
import { verbSets } from './words.ts'

const O = 'http://terminology.hl7.org/CodeSystem/observation-category|'
const inEnglish = (text: string, options?: DescribeOptions): Description => describe(parseScopes(text), 'en', options)
const rowsOf = (said: Description): readonly Row[] => [
  ...said.sections.flatMap(({ rows }) => rows),
  ...said.identity,
  ...said.offline,
  ...said.others,
]
const only = (text: string, options?: DescribeOptions): Row => {
  const [row, ...more] = rowsOf(inEnglish(text, options))
  if (row === undefined || more.length > 0) throw new Error(`not one row: ${text}`)
  return row
}
const tags = Object.keys(locales).filter((tag): tag is LocaleTag => Object.hasOwn(locales, tag))
const suffixes = [
  ...['read', 'write', '*'],
  ...Array.from({ length: 31 }, (_, index) => letters.filter((_, at) => ((index + 1) >> at) & 1).join('')),
]

suite('describe', () => {
  test.each(tags)('CON-20: every type, wildcard, level and set of letters has texts in %s', (locale) => {
    for (const name of ['*', ...resourceTypes]) {
      for (const level of ['patient', 'user', 'system']) {
        const { sections } = describe([parseScope(`${level}/${name}.cruds`)], locale)
        const [row] = sections[0]?.rows ?? []
        expect(row, `${level}/${name}`).toMatchObject({ short: /\S/, long: /\S/, quality: 'authored' })
        expect(sections).toMatchObject(level === 'patient' ? [{ level }] : [{ level, reach: /\S/ }])
      }
    }
    for (const suffix of suffixes) {
      const { sections } = describe([parseScope(`patient/Patient.${suffix}`)], locale)
      expect(sections, suffix).toMatchObject([{ heading: /\S/, rows: [{ short: /\S/ }] }])
    }
  })

  test('CON-01, CON-04: letters are verbs, and v1 words read as what they mean', () => {
    const heading = (text: string): readonly string[] => inEnglish(text).sections.map((section) => section.heading)
    expect(heading('patient/Patient.r')).toEqual(['see'])
    expect(heading('patient/Patient.s')).toEqual(['see'])
    expect(heading('patient/Patient.read')).toEqual(['see'])
    expect(heading('patient/Patient.write')).toEqual(['add, change, or delete'])
    expect(heading('patient/Patient.*')).toEqual(['see, add, change, or delete'])
    expect(heading('patient/Patient.c patient/Encounter.rs')).toEqual(['see', 'add'])
    expect(verbSets).toHaveLength(15)
  })

  test('CON-01: sections are by level, then by verbs; rows by group', () => {
    const said = inEnglish('system/Task.r user/Patient.rs patient/Encounter.rs patient/Condition.c patient/Patient.rs')
    const shape = said.sections.map(({ level, verbs, rows }) => [level, verbs, ...rows.map(({ short }) => short)])
    expect(shape).toEqual([
      ['patient', 'see', 'your name and contact details', 'your visits'],
      ['patient', 'add', 'your health problems'],
      ['user', 'see', 'your name and contact details'],
      ['system', 'see', 'to-do items about your care'],
    ])
  })

  test('CON-04, SC-23: a wildcard names its groups, says that new kinds follow, and can be taken group by group', () => {
    const row = only('patient/*.read')
    expect(row).toMatchObject({ group: 'everything', long: /new kinds added later/ })
    expect(row.examples).toHaveLength(14)
    expect(row.choices.map(({ short }) => short)).toEqual(row.examples)
    const visits = row.choices.find(({ group }) => group === 'visits')
    expect(formatScopes(visits?.scopes ?? [])).toBe(
      'patient/Encounter.read patient/EpisodeOfCare.read patient/Appointment.read patient/AppointmentResponse.read patient/Schedule.read patient/Slot.read',
    )
    expect(visits).toMatchObject({ mayReveal: ['mh', 'sud', 'repro'] })
    expect(only('patient/*.rs?_tag=x')).toMatchObject({ quality: 'unknown', choices: [], short: /only some/ })
  })

  test('CON-05: offline and online access stand apart', () => {
    expect(inEnglish('offline_access').offline).toMatchObject([{ short: /when I am not using the app/ }])
    expect(inEnglish('online_access').offline).toMatchObject([{ short: /while I am signed in/ }])
    const both = inEnglish('online_access offline_access').offline
    expect(both).toMatchObject([{ short: /when I am not using the app/, scopes: [{}, {}] }])
    expect(inEnglish('patient/Patient.rs').offline).toEqual([])
  })

  test('CON-06: launch and identity are one line', () => {
    const { identity } = inEnglish('launch/patient openid launch fhirUser profile patient/Patient.rs')
    expect(identity).toMatchObject([{ short: 'know who you are' }])
    expect(formatScopes(identity[0]?.scopes ?? [])).toBe('launch/patient openid launch fhirUser profile')
  })

  test('CON-18, ONC-13: Condition and Observation offer their categories to patients who let an app see', () => {
    const { choices, examples } = only('patient/Condition.read')
    expect(choices.map(({ short }) => short)).toEqual([
      'your ongoing health problems',
      'diagnoses from visits',
      'health worries',
    ])
    expect(examples).toEqual(choices.map(({ short }) => short))
    expect(formatScopes(choices[0]?.scopes ?? [])).toBe(
      'patient/Condition.rs?category=http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item',
    )
    expect(only('patient/Observation.r patient/Observation.s').choices[1]?.scopes).toHaveLength(2)
    expect(only('patient/Observation.rs').choices).toHaveLength(16)
    expect(only('patient/Observation.c').choices).toEqual([])
    expect(only('user/Observation.rs').choices).toEqual([])
    expect(only('patient/Procedure.rs').choices).toEqual([])
  })

  test.each(knownQueries.map(([key, name, system, code]) => [name, `${system}|${code}`, key] as const))(
    'CON-21: %s?category=%s has its text',
    (name, value, key) => {
      for (const query of [value, encodeURIComponent(value), value.slice(value.lastIndexOf('|') + 1)]) {
        const row = only(`patient/${name}.rs?category=${query}`)
        const [short, long] = locales.en.queries[key]
        expect(row).toMatchObject({ short, long, quality: 'authored', choices: [] })
      }
    },
  )

  test.each([
    ['Condition.rs?clinical-status=active', 'Only what is marked “active”.'],
    ['Condition.rs?clinical-status=http://x|active,resolved', 'Only what is marked “active or over”.'],
    ['MedicationRequest.rs?status=on-hold', 'Only what is marked “on hold”.'],
    ['Observation.rs?date=ge2024-02-01', 'Only from February 1, 2024 on.'],
    ['Observation.rs?date=gt2023', 'Only from January 1, 2024 on.'],
    ['Observation.rs?date=sa2023-12-31', 'Only from January 1, 2024 on.'],
    ['Observation.rs?date=le2024', 'Only until December 31, 2024.'],
    ['Observation.rs?date=lt2024', 'Only until December 31, 2023.'],
    ['Observation.rs?date=eb2024-01-02', 'Only until January 1, 2024.'],
    ['Observation.rs?date=2024-01-02', 'Only from January 2, 2024.'],
    ['Observation.rs?date=eq2024', 'Only from January 1, 2024 on. Only until December 31, 2024.'],
    ['Observation.rs?date=ge2024-01-01&date=le2024-03-31', 'Only from January 1, 2024 on. Only until March 31, 2024.'],
  ])('CON-21: patient/%s says: %s', (scope, sentences) => {
    const row = only(`patient/${scope}`)
    expect(row.quality).toBe('authored')
    expect(row.short).toMatch(/ \(only some\)$/)
    expect(row.long.endsWith(sentences)).toBe(true)
  })

  test('CON-21: a category and a date together', () => {
    expect(only(`patient/Observation.rs?date=ge2024-01-01&category=${O}laboratory,${O}survey`)).toMatchObject({
      short: 'lab results and answers to health questions (only some)',
      long: 'Results of blood, urine, and other lab tests. Scores from forms, such as a mood check. Only from January 1, 2024 on.',
      mayReveal: ['sud', 'hiv', 'repro', 'genetic', 'mh'],
      quality: 'authored',
    })
  })

  test('CON-22: a code is said by the name that a terminology gives, and that is derived', () => {
    const display = (system: string | undefined, code: string): string | undefined =>
      system === 'http://loinc.org' && code === '4548-4' ? 'HbA1c\u202e <b>test</b>' : undefined
    const row = only('patient/Observation.rs?code=http://loinc.org|4548-4', { display })
    expect(row).toMatchObject({ quality: 'derived', long: /Only what is about “HbA1c b test \/b”\.$/ })
    expect(only('patient/Observation.rs?code=http://loinc.org|1', { display }).quality).toBe('unknown')
    expect(only('patient/Observation.rs?code=http://loinc.org|4548-4,x', { display }).quality).toBe('unknown')
  })

  test.each([
    'Observation.rs?code=http://loinc.org|1',
    'Observation.rs?category=made-up',
    `Observation.rs?category=${O}laboratory,made-up`,
    `Observation.rs?category=http://example.org/x|laboratory`,
    `Observation.rs?category=${O}laboratory&performer=Practitioner/1`,
    'Observation.rs?status=made-up',
    'Observation.rs?status=toString',
    'Observation.rs?date=ne2024',
    'Observation.rs?date=ap2024',
    'Observation.rs?date=soon',
    'Observation.rs?_lastUpdated=ge2024',
    'Observation.rs?_id=1',
    'Condition.rs?category=laboratory',
  ])('CON-22: patient/%s is unknown, and the query is not in any text', (scope) => {
    const row = only(`patient/${scope}`)
    expect(row).toMatchObject({ quality: 'unknown', long: locales.en.unknownPart })
    expect(`${row.short} ${row.long}`).not.toMatch(/[=|?]|made-up|loinc/)
  })

  test('CON-22: the misprinted system of US Core has the text, and tells the developer the right one', () => {
    const row = only(
      'patient/Observation.rs?category=http://terminology.hl7.org//CodeSystem-observation-category|social-history',
    )
    expect(row).toMatchObject({
      short: 'your lifestyle',
      quality: 'authored',
      hint: { kind: 'misprinted-system', use: 'http://terminology.hl7.org/CodeSystem/observation-category' },
    })
    expect(only(`patient/Observation.rs?category=${O}social-history`).hint).toBeUndefined()
  })

  test('CON-22: scopes of other vocabularies have a row each', () => {
    expect(inEnglish('email https://example.org/x unknown').others).toMatchObject([
      { short: 'know your email address', quality: 'authored' },
      { quality: 'unknown', scopes: [{ text: 'https://example.org/x' }] },
      { quality: 'unknown', scopes: [{ text: 'unknown' }] },
    ])
  })

  test('CON-23: what a broader row contains is dropped, and the row says so', () => {
    const lab = `patient/Observation.rs?category=${O}laboratory`
    const row = only(`${lab} patient/Observation.r patient/Observation.s`)
    expect(row).toMatchObject({ short: 'your test results and measurements', includes: ['lab results'] })
    expect(formatScopes(row.scopes)).toBe(`patient/Observation.r patient/Observation.s ${lab}`)
    expect(only('patient/Condition.read patient/Condition.rs').includes).toEqual([])
    expect(only('patient/*.rs patient/Encounter.r patient/Encounter.rs').includes).toEqual(['your visits'])
    expect(rowsOf(inEnglish('patient/*.rs patient/Encounter.cud'))).toHaveLength(2)
    expect(rowsOf(inEnglish('patient/*.rs user/Encounter.rs'))).toHaveLength(2)
  })

  test('CON-30: rows carry what they may reveal', () => {
    expect(only('patient/Encounter.rs').mayReveal).toEqual(['mh', 'sud', 'repro'])
    expect(only('patient/Immunization.rs').mayReveal).toEqual([])
    expect(only(`patient/Observation.rs?category=${O}therapy`).mayReveal).toEqual(['mh'])
    expect(only('patient/Observation.rs?_id=1').mayReveal).toHaveLength(5)
  })

  test('IX-15: malformed scopes grant nothing and say nothing', () => {
    expect(rowsOf(inEnglish('patient/Foo.rs patient/Patient.dus launch/x'))).toEqual([])
  })

  test('CON-10, CON-20: each scope that grants something stands in exactly one row, and every row has texts', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyScopes, { selector: ({ text }) => text, maxLength: 6 }), (all) => {
        const rows = rowsOf(describe(all, 'en'))
        const standing = rows.flatMap((row) => row.scopes.map(({ text }) => text))
        expect(standing.toSorted()).toEqual(all.map(({ text }) => text).toSorted())
        for (const row of rows) expect(row).toMatchObject({ short: /\S/, long: /\S/ })
      }),
    )
  })
})

const rule = (members: Partial<Restriction>): Restriction => ({ type, id: 'x', effect: 'deny', ...members })

suite('describe restrictions', () => {
  test.each<[Partial<Restriction>, string]>([
    [{}, 'All of your information is held back for now.'],
    [{ studies: ['urn:oid:1'] }, 'Some of your scans are held back.'],
    [{ resourceTypes: ['ImagingStudy'], modalities: ['US'] }, 'Some of your scans are held back.'],
    [{ securityLabels: ['a|b'] }, 'Information marked as private is held back.'],
    [{ period: { start: '2020' } }, 'Information from some dates is held back.'],
    [{ encounters: ['Encounter/1'] }, 'Information from some visits is held back.'],
    [{ resourceTypes: ['Patient'] }, 'Some of your information is held back.'],
    [{ studies: ['urn:oid:1'], period: { end: '2020' } }, 'Some of your information is held back.'],
    [{ effect: 'permit-only', studies: ['urn:oid:1'] }, 'Only some of your scans are shared.'],
    [{ effect: 'permit-only', securityLabels: ['a|b'] }, 'Only some of your information is shared.'],
    [{ until: 1767225600 }, 'All of your information is held back for now. This ends on January 1, 2026.'],
  ])('%j is told as: %s', (members, text) => {
    expect(inEnglish('', { restrictions: [rule(members)] }).restrictions).toEqual([text])
  })

  test('the same sentence is said once, and none where nothing is restricted', () => {
    const restrictions = [rule({ studies: ['urn:oid:1'] }), rule({ id: 'y', studies: ['urn:oid:2'] })]
    expect(inEnglish('', { restrictions }).restrictions).toHaveLength(1)
    expect(inEnglish('patient/Patient.r').restrictions).toEqual([])
  })
})
