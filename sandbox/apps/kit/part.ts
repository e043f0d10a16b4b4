/** One part of a record on the page: not shared, loading, empty, refused or there. */
import type { Resource, Session } from '@gatehouse/client'
import { errorText } from './access.ts'
import { button, element, empty, notice, section } from './elements.ts'

/** What a part shows, and the scope without which it shows why there is nothing. */
export type Part = {
  readonly id: string
  readonly title: string
  readonly scope: string
  /** FHIR search under the base. */
  readonly search: string
  /** Called with everything found, never with nothing. */
  readonly render: (found: readonly Resource[]) => Node
  readonly none: string
}

/** More pages than this are not a list any more; the newest come first from any server. */
const pageLimit = 10

/** The section for a part; its content comes when it is loaded. */
export function recordPart(session: Session, part: Part): HTMLElement {
  const body = element('div', { class: 'loading', 'aria-busy': 'true' }, 'Loading…')
  const made = section(part.title, part.id, body)
  if (session.granted(part.scope)) load(session, part, body)
  else settle(body, notShared(session, part))
  return made
}

function notShared(session: Session, { title }: Part): HTMLElement {
  const ask = button(`Ask to share ${title.toLowerCase()}`, () => session.askAgain())
  return empty(`${title}: not shared with this app. Everything else works without it.`, ask)
}

async function load(session: Session, part: Part, body: HTMLElement): Promise<void> {
  try {
    const found = await collect(session, part.search)
    settle(body, found.length === 0 ? empty(part.none) : part.render(found))
  } catch (error) {
    const again = button('Try again', () => load(session, part, body))
    settle(body, notice('danger', `${part.title} could not be loaded. ${errorText(error, '')}`, again))
  }
}

async function collect(session: Session, search: string): Promise<readonly Resource[]> {
  const found: Resource[] = []
  let pages = 0
  for await (const page of session.pages(search)) {
    found.push(...(page.entry ?? []).flatMap(({ resource }) => resource ?? []))
    pages += 1
    if (pages === pageLimit) break
  }
  return found.filter(({ resourceType }) => resourceType === search.split('?')[0])
}

function settle(body: HTMLElement, content: Node): void {
  body.classList.remove('loading')
  body.removeAttribute('aria-busy')
  body.replaceChildren(content)
}
