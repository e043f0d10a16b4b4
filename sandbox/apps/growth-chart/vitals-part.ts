/** The vital signs on the page: pictures with their numbers, or why there are none. */
import type { Session } from '@gatehouse/client'
import { trendFigure } from '../kit/chart.ts'
import { element } from '../kit/elements.ts'
import { recordPart } from '../kit/part.ts'
import { toSeries } from '../kit/readings.ts'
import type { Json } from '../kit/words.ts'
import { vitalTrends } from './vitals.ts'

const vitalSigns = 'http://terminology.hl7.org/CodeSystem/observation-category|vital-signs'

/** The section with all pictures; patient- and user-level scopes both do. */
export function vitalsPart(session: Session, patientId: string, patient: Json | undefined): HTMLElement {
  const scope = (level: string): string => `${level}/Observation.rs?category=${vitalSigns}`
  const made = recordPart(session, {
    id: 'vitals',
    title: 'Vital signs',
    scope: session.granted(scope('patient')) ? scope('patient') : scope('user'),
    search: `Observation?patient=${patientId}&category=${encodeURIComponent(vitalSigns)}&_count=200`,
    none: 'No vital signs are recorded.',
    render: (found) => {
      const trends = vitalTrends(toSeries(found), patient, Date.now() / 1000)
      const note = trends.some(({ bands }) => bands !== undefined)
        ? element(
            'p',
            { class: 'quiet' },
            'Shaded: 3rd to 97th and 15th to 85th percentile. Demonstration curves, not for care.',
          )
        : undefined
      return element('div', { class: 'trends' }, note, element('div', { class: 'grid' }, ...trends.map(trendFigure)))
    },
  })
  return made
}
