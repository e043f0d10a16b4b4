/** The page under test: nothing but the SDK, within reach of the test. Bundled by `pages.ts`. */
import * as client from '@gatehouse/client'
import { browser } from '@gatehouse/client/browser'
import { aboutList, pauseDialog } from '@gatehouse/client/dialog'
import { unlockVault } from '@gatehouse/client/unlock'

declare global {
  var sdk: typeof import('@gatehouse/client') & {
    readonly browser: typeof import('@gatehouse/client/browser').browser
    readonly aboutList: typeof import('@gatehouse/client/dialog').aboutList
    readonly pauseDialog: typeof import('@gatehouse/client/dialog').pauseDialog
    readonly unlockVault: typeof import('@gatehouse/client/unlock').unlockVault
  }
  /** The app of this page, made by `appOnPage`. */
  var app: import('@gatehouse/client').App
}

Object.assign(globalThis, { sdk: { ...client, browser, aboutList, pauseDialog, unlockVault } })
