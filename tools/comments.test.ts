import { expect, test } from 'vitest'
import { type Export, isTable, isTest, type SourceFile, sourceFiles } from './source-tree.ts'

const code = sourceFiles().filter(({ path }) => !isTest(path) && !isTable(path))

/** The comment that ends directly before the export. */
const docComment = ({ text, comments }: SourceFile, { start }: Export): string | undefined =>
  comments.find(
    ({ type, value, end }) =>
      type === 'Block' && value.startsWith('*') && end <= start && text.slice(end, start).trim() === '',
  )?.value

test('every export says in a sentence what it is', () => {
  const silent = code.flatMap((file) =>
    file.exports
      .filter((exported) => !exported.from && docComment(file, exported) === undefined)
      .map(({ name, line }) => `${file.path}:${line} ${name}`),
  )
  expect(silent).toEqual([])
})
