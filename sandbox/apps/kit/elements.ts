/** Page pieces as plain DOM. Text is always text: nothing from a server is ever read as markup. */

type Child = Node | string | undefined | false
type Attributes = Readonly<Record<string, string | boolean | (() => void) | undefined>>

/** An element with attributes and children; a function becomes a click listener under its name (`onclick`). */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), () => value())
    else if (value === true) made.setAttribute(name, '')
    else if (typeof value === 'string') made.setAttribute(name, value)
  }
  made.append(...children.filter((child) => child !== undefined && child !== false))
  return made
}

/** A button that says what it does and cannot be pressed twice while it is doing it. */
export function button(text: string, act: () => Promise<unknown>, kind: 'main' | 'plain' = 'plain'): HTMLButtonElement {
  const made = element('button', { type: 'button', class: kind }, text)
  made.addEventListener('click', async () => {
    made.disabled = true
    await act().finally(() => {
      made.disabled = false
    })
  })
  return made
}

/** A section with its heading; the heading names it for screen readers. */
export function section(title: string, id: string, ...children: readonly Child[]): HTMLElement {
  const heading = element('h2', { id: `${id}-title` }, title)
  return element('section', { class: 'card', id, 'aria-labelledby': `${id}-title` }, heading, ...children)
}

/** A notice: first the fact, then what follows, then what to do. At most one per page. */
export function notice(tone: 'plain' | 'caution' | 'danger', fact: string, ...rest: readonly Child[]): HTMLElement {
  const word = { plain: 'Note', caution: 'Paused', danger: 'Problem' }[tone]
  const mark = element('span', { class: 'mark' }, word)
  return element('div', { class: `notice ${tone}`, role: 'status' }, element('p', {}, mark, ' ', fact), ...rest)
}

/** Nothing is there: said, with the next thing to do if there is one. */
export const empty = (text: string, ...rest: readonly Child[]): HTMLElement =>
  element('div', { class: 'empty' }, element('p', {}, text), ...rest)

/** A table with a head; on narrow screens each row becomes a card by its cells' labels. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly Child[])[]): HTMLElement {
  const heads = head.map((text) => element('th', { scope: 'col' }, text))
  const body = rows.map((cells) =>
    element('tr', {}, ...cells.map((cell, column) => element('td', { 'data-label': head[column] ?? '' }, cell))),
  )
  return element(
    'table',
    {},
    element('caption', { class: 'hidden' }, caption),
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...body),
  )
}

/** Puts content in the page's main landmark, names the page, and moves the reader to its heading. */
export function show(title: string, ...content: readonly Child[]): void {
  document.title = title
  const main = document.querySelector('main')
  main?.replaceChildren(...content.filter((child) => child !== undefined && child !== false))
  main?.removeAttribute('aria-busy')
  const heading = main?.querySelector('h1')
  heading?.setAttribute('tabindex', '-1')
  heading?.focus({ preventScroll: true })
}
