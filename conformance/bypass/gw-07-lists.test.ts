import { everyWay } from './ways.ts'

everyWay(
  'GW-07: comma lists',
  [
    'subject=Patient/A,Patient/B',
    'subject=Patient/A,Group/g',
    'patient=A,B',
    'subject=Group/pair-of-B',
    'patient=B',
    'patient=nobody',
  ].map((query) => ({ request: `GET /Observation?${query}`, status: [403] })),
)
everyWay(
  'GW-07: lists of patients',
  ['_id=A,B', '_id=B', '_id=nobody'].map((query) => ({ request: `GET /Patient?${query}`, status: [403] })),
)
