import { expect, test } from 'vitest'
import { endOf, formatDuration, offerDurations, parseDuration } from './consent-duration.ts'

const policy = { consentDays: 365 }
const offered = (client: { consentDays?: number }, limits: { consentDays: number; longestConsentDays?: number }) => {
  const { durations, preset } = offerDurations(client, limits)
  return { all: durations.map(formatDuration), preset: formatDuration(preset) }
}

test('CON-07 this time, a day, 90 days, a year, until I stop; a year beforehand', () => {
  expect(offered({}, policy)).toEqual({ all: ['once', '1', '90', '365', 'open'], preset: '365' })
})

test('CON-07 the app’s own wish is beforehand', () => {
  expect(offered({ consentDays: 30 }, policy)).toEqual({ all: ['once', '1', '30', '90', '365', 'open'], preset: '30' })
})

test('CON-07 policy caps every choice, and leaves none without an end', () => {
  const capped = { ...policy, longestConsentDays: 100 }
  expect(offered({ consentDays: 900 }, capped)).toEqual({ all: ['once', '1', '90', '100'], preset: '100' })
})

test('CON-10 a duration that was not offered counts as the shortest', () => {
  const offer = offerDurations({}, { ...policy, longestConsentDays: 100 })
  for (const text of ['365', 'open', '-1', '1e9', undefined])
    expect(parseDuration(text, offer)).toEqual({ kind: 'once' })
})

test('CON-07 the end is a date, but for "until I stop"', () => {
  expect(endOf({ kind: 'days', days: 90 }, 1000)).toBe(1000 + 90 * 86_400)
  expect(endOf({ kind: 'once' }, 1000)).toBe(4600)
  expect(endOf({ kind: 'open' }, 1000)).toBeUndefined()
})
