/** Lab results as trends: what was measured more than once is drawn, single results are listed. */
import type { Resource, Session } from '@gatehouse/client'
import { trendFigure } from '../kit/chart.ts'
import { element, table } from '../kit/elements.ts'
import { recordPart } from '../kit/part.ts'
import { rangeText, type Series, standing, toSeries } from '../kit/readings.ts'
import { day, numberText } from '../kit/words.ts'

const laboratory = 'http://terminology.hl7.org/CodeSystem/observation-category|laboratory'

/** The lab section: needs laboratory observations only, so a person may share just those. */
export const labSection = (session: Session): HTMLElement =>
  recordPart(session, {
    id: 'labs',
    title: 'Lab results',
    scope: `patient/Observation.rs?category=${laboratory}`,
    search: `Observation?patient=${session.context.patient}&category=${encodeURIComponent(laboratory)}&_count=200`,
    none: 'No lab results are recorded.',
    render,
  })

/** Drawn at once; the rest opens on demand, so that the page stays quick. */
const drawnAtOnce = 6

function render(found: readonly Resource[]): Node {
  const series = toSeries(found).toSorted(byInterest)
  const trends = series.filter(({ readings }) => readings.length > 1)
  const singles = series.filter(({ readings }) => readings.length === 1)
  const figures = trends.map((one) => trendFigure({ title: one.name, unit: one.unit, series: [one] }))
  const more = figures.slice(drawnAtOnce)
  return element(
    'div',
    { class: 'trends' },
    ...figures.slice(0, drawnAtOnce),
    more.length > 0 && element('details', {}, element('summary', {}, `${more.length} more trends`), ...more),
    singles.length > 0 && singleResults(singles),
  )
}

/** Out of the usual range first, then what was measured most often. */
function byInterest(a: Series, b: Series): number {
  const out = (one: Series): number => {
    const newest = one.readings.at(-1)
    const place = newest === undefined ? 'unknown' : standing(newest.value, one.range)
    return place === 'above' || place === 'below' ? 1 : 0
  }
  return out(b) - out(a) || b.readings.length - a.readings.length || a.name.localeCompare(b.name)
}

function singleResults(series: readonly Series[]): HTMLElement {
  const rows = series.map(({ name, unit, range, readings: [only] }) => [
    name,
    only === undefined ? '' : `${numberText(only.value)} ${unit}`,
    range === undefined ? '' : rangeText(range, unit),
    only === undefined ? '' : day(new Date(only.at * 1000).toISOString()),
  ])
  const heading = element('h3', {}, 'Measured once')
  return element(
    'div',
    { class: 'trend' },
    heading,
    table('Results measured once', ['Test', 'Result', 'Usual', 'Date'], rows),
  )
}
