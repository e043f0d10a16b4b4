import { everyWay } from './ways.ts'

everyWay('GW-34: named queries, lists, text, subscriptions', [
  { request: 'GET /Observation?_query=all', status: [403] },
  { request: 'GET /Patient?_list=42', status: [403] },
  { request: 'GET /Observation?_text=Bravo', status: [403] },
  { request: 'GET /Observation?_content=Bravo', status: [403] },
  { request: 'POST /Subscription', body: { resourceType: 'Subscription', criteria: 'Observation?' }, status: [403] },
  { request: 'GET /Subscription', status: [403] },
])
