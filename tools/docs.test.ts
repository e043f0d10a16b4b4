import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { declaredNames, sourceFiles } from './source-tree.ts'

/** Written by hand; generated pages are compared with their generator in `npm test`. */
const generated = [
  'docs/requirements.md',
  'docs/configuration.md',
  'docs/errors.md',
  'docs/doctor.md',
  'docs/metrics.md',
]
const pages = globSync('{*.md,docs/**/*.md,packages/*/*.md}')
  .filter((path) => !generated.includes(path))
  .toSorted()
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))

/** Links inside the repository: where they stand, the file they lead to, what stands after `#`. */
const links = pages.flatMap(({ path, text }) =>
  [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].map(
    ([whole, file = '', anchor]) => ({
      from: `${path} ${whole.slice(1)}`,
      file: file === '' ? path : normalize(join(dirname(path), file)),
      anchor,
    }),
  ),
)

test('every link in the documentation leads to a file', () => {
  expect(links.filter(({ file }) => !existsSync(file)).map(({ from }) => from)).toEqual([])
})

test('every file#symbol link names something that the file declares', () => {
  const names = new Map(sourceFiles().map((file) => [file.path, declaredNames(file)]))
  const dead = links.filter(
    ({ file, anchor }) => file.endsWith('.ts') && anchor !== undefined && !names.get(file)?.includes(anchor),
  )
  expect(dead.map(({ from }) => from)).toEqual([])
})

test('every #heading link names a heading of the page', () => {
  const pagesAndGenerated = [...pages.map(({ path }) => path), ...generated]
  const anchors = new Map(pagesAndGenerated.map((path) => [path, headingAnchors(readFileSync(path, 'utf8'))]))
  const dead = links.filter(
    ({ file, anchor }) => file.endsWith('.md') && anchor !== undefined && !anchors.get(file)?.includes(anchor),
  )
  expect(dead.map(({ from }) => from)).toEqual([])
})

/** Anchors as code hosts make them: lower case, spaces to hyphens, punctuation dropped. */
const headingAnchors = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )

test('every npm script the documentation names exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const named = pages.flatMap(({ path, text }) =>
    [...text.matchAll(/npm run (?:-s )?([a-z0-9-]+)/g)].map(([, script = '']) => ({ path, script })),
  )
  expect(named.filter(({ script }) => !(script in scripts)).map(({ path, script }) => `${path} ${script}`)).toEqual([])
})
