import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { FolderInUse, openFolder } from './sandbox-folder.ts'

const home = mkdtempSync(join(tmpdir(), 'gatehouse-folder-'))
afterAll(() => rmSync(home, { recursive: true }))

test('a second opening finds the secrets of the first, a reset makes new ones', () => {
  const place = join(home, 'kept')
  const first = openFolder(place, false)
  first.write('sandbox.json', '{}')
  first.release()
  const second = openFolder(place, false)
  expect(second.secrets).toEqual(first.secrets)
  second.release()
  const afresh = openFolder(place, true)
  expect(afresh.secrets.masterKey).not.toBe(first.secrets.masterKey)
  expect(() => statSync(afresh.path('sandbox.json'))).toThrow()
  afresh.release()
})

test('nobody else on the computer can read it', () => {
  const folder = openFolder(join(home, 'private'), false)
  expect(statSync(join(home, 'private')).mode & 0o077).toBe(0)
  expect(statSync(folder.path('secrets.json')).mode & 0o077).toBe(0)
  folder.release()
})

test('a folder that a running process uses is not opened, and not emptied', () => {
  const place = join(home, 'used')
  const folder = openFolder(place, false)
  writeFileSync(folder.path('running.pid'), '1')
  expect(() => openFolder(place, true)).toThrow(FolderInUse)
  expect(statSync(folder.path('secrets.json')).isFile()).toBe(true)
  writeFileSync(folder.path('running.pid'), '999999999')
  openFolder(place, false).release()
})
