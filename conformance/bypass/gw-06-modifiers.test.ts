import { everyWay } from './ways.ts'

everyWay(
  'GW-06: modifiers on the patient parameter',
  [
    'patient:identifier=urn:x|1',
    'patient:missing=true',
    'subject:not=Patient/A',
    'subject:in=x',
    'subject:not-in=x',
    'subject:above=Patient/A',
    'subject:below=Patient/B',
    'subject:Patient=B',
  ].map((query) => ({ request: `GET /Observation?${query}`, status: [403] })),
)
