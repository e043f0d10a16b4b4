import { expect, test } from 'vitest'
import { parseCommand } from './settings.ts'

test('without arguments the sandbox starts on 4000 and keeps its data in .sandbox', () => {
  expect(parseCommand([], '/home/gatehouse')).toEqual({
    kind: 'start',
    settings: { portBase: 4000, folder: '/home/gatehouse/.sandbox', reset: false },
  })
})

test('ports, folder and a fresh start can be asked for', () => {
  expect(parseCommand(['--reset', '--port-base', '5200', '--folder', 'tmp/s'], '/g')).toEqual({
    kind: 'start',
    settings: { portBase: 5200, folder: '/g/tmp/s', reset: true },
  })
  expect(parseCommand(['--help'], '/g')).toEqual({ kind: 'help' })
})

test.each([
  [['--rest'], 'unknown argument "--rest"'],
  [['--port-base'], '--port-base needs a number from 1024 to 65400'],
  [['--port-base', '80'], '--port-base needs a number from 1024 to 65400'],
  [['--port-base', '4e3'], '--port-base needs a number from 1024 to 65400'],
  [['--folder', '--reset'], '--folder needs a folder'],
])('%j starts nothing and says why', (args, why) => {
  expect(parseCommand(args, '/g')).toEqual({ kind: 'wrong', why })
})
