import { expect, test } from 'vitest'
import { docCommentBefore, isTable, isTest, sourceFiles } from './source-tree.ts'

const code = sourceFiles().filter(({ path }) => !isTest(path) && !isTable(path))

test('every export says in a sentence what it is', () => {
  const silent = code.flatMap((file) =>
    file.exports
      .filter((exported) => !exported.from && docCommentBefore(file, exported.start) === undefined)
      .map(({ name, line }) => `${file.path}:${line} ${name}`),
  )
  expect(silent).toEqual([])
})
