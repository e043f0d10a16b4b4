import { assertNever } from '../assert-never.ts'
import type { Decision } from '../decision.ts'
import { deny, isDenial } from '../denial-reasons.ts'
import { accessToBinary } from './binary.ts'
import { coversAll, gate } from './cover.ts'
import { decideBulk } from './decide-bulk.ts'
import { decideConditional } from './decide-conditional.ts'
import { decideOperation } from './decide-operation.ts'
import { decidePatch } from './decide-patch.ts'
import { decideHistory, decideRead, decideVersion, get } from './decide-read.ts'
import { decideSearch } from './decide-search.ts'
import { decideTransaction } from './decide-transaction.ts'
import { decideCreate, decideDelete, decideUpdate } from './decide-write.ts'
import type { Deciding } from './deciding.ts'
import type { FhirRequest } from './request.ts'

/**
 * THE HEART: may this token do this, and if so what exactly is sent and how is the answer judged?
 *
 * Pure. Order of checks: type and interaction covered at all (403, before anything is looked up), then parameters and body,
 * then what depends on stored data (404, the same for absent and foreign). Spec: AL-79, SC-11, IX-17
 */
export const decide = (request: FhirRequest, deciding: Deciding): Decision => {
  switch (request.interaction) {
    case 'read':
      return request.type === 'Binary' ? decideBinary(request.id, deciding) : decideRead(request, deciding)
    case 'vread':
      return decideVersion(request, deciding)
    case 'history-instance':
    case 'history-type':
    case 'history-system':
      return decideHistory(request, deciding)
    case 'search':
      return decideSearch(request, deciding)
    case 'create':
      return decideCreate(request, deciding)
    case 'update':
      return decideUpdate(request, deciding)
    case 'patch':
      return decidePatch(request, deciding)
    case 'delete':
      return decideDelete(request, deciding)
    case 'conditional-update':
    case 'conditional-patch':
    case 'conditional-delete':
      return decideConditional(request, deciding)
    case 'upload':
      return decideUpload(request, deciding)
    case 'transaction':
      return decideTransaction(request.bundle, deciding)
    case 'operation':
      return decideOperation(request, deciding)
    case 'bulk':
      return decideBulk(request, deciding)
    case 'search-system':
    case 'search-compartment':
      return deny('interaction-not-allowed', { about: request.interaction })
    case 'page':
    case 'export-status':
    case 'export-cancel':
      return deny('not-found')
    case 'batch':
      return deny('malformed-body', { about: 'a batch inside another' })
    default:
      return assertNever(request)
  }
}

/** A Binary is decided by what points to it, then piped. */
const decideBinary = (id: string, deciding: Deciding): Decision => {
  const ownerTypes = ['Binary', 'DocumentReference', 'DiagnosticReport', 'Media']
  const gates = ownerTypes.map((type) => gate('r', type, deciding))
  if (gates.every(isDenial)) return gates.find(isDenial) ?? deny('not-found')
  const access = accessToBinary(id, deciding)
  if (typeof access === 'object') return { kind: 'look-up', wants: access.wants }
  return access ? { kind: 'allow', call: get(`Binary/${id}`), filter: { kind: 'content' } } : deny('not-found')
}

/** Raw content has nothing in it that could be judged: only where nothing is. */
const decideUpload = (request: Extract<FhirRequest, { interaction: 'upload' }>, deciding: Deciding): Decision => {
  const { id, content, mediaType, ifMatch } = request
  const open = gate(id === undefined ? 'c' : 'u', 'Binary', deciding)
  if (isDenial(open)) return open
  if (!coversAll(open, deciding)) return deny('interaction-not-allowed', { about: 'Binary' })
  return {
    kind: 'allow',
    call: {
      method: id === undefined ? 'POST' : 'PUT',
      path: id === undefined ? 'Binary' : `Binary/${id}`,
      parameters: [],
      headers: { prefer: 'return=minimal', ...(ifMatch !== undefined && { 'if-match': ifMatch }) },
      body: content,
      contentType: mediaType,
    },
    filter: { kind: 'written', readable: false, restricted: false },
  }
}
