import { everyWay } from './ways.ts'

everyWay('GW-11, IX-17: operations', [
  { request: 'GET /Patient/$everything', status: [403] },
  { request: 'GET /Patient/B/$everything', status: [403] },
  { request: 'GET /Patient/nobody/$everything', status: [403] },
  { request: 'GET /Observation/$lastn', status: [403] },
  { request: 'GET /Observation/$lastn?patient=A', status: [403] },
  { request: 'POST /Patient/$member-match', body: { resourceType: 'Parameters' }, status: [403] },
  { request: 'POST /Patient/$match', body: { resourceType: 'Parameters' }, status: [403] },
  { request: 'POST /$graphql', body: { resourceType: 'Parameters' }, status: [403] },
  { request: 'GET /$graphql?query={PatientList{id}}', status: [403] },
  { request: 'POST /Patient/$merge', body: { resourceType: 'Parameters' }, status: [403] },
  { request: 'GET /Observation/Observation-of-B/$meta', status: [403] },
  { request: 'GET /Encounter/Encounter-of-B/$everything', status: [403] },
  { request: 'POST /$process-message', body: { resourceType: 'Bundle', type: 'message' }, status: [403] },
  { request: 'GET /Composition/Composition-of-B/$document', status: [403] },
  { request: 'GET /DocumentReference/$docref?patient=B', status: [403] },
  { request: 'GET /DocumentReference/$docref', status: [403] },
  { request: 'POST /Observation/Observation-of-B/$validate', body: { resourceType: 'Parameters' }, status: [403] },
  { request: 'GET /ValueSet/$expand?subject=Patient/B', status: [400] },
])
