/** What operators do, as functions: the admin API mounts them, the command line calls them. */

export { removeClient } from '../clients/remove-client.ts'
export { brandsDocument, getBrands, resetBrands, saveBrands } from './brands.ts'
export { type ClientDocument, clientDocument, formatClient } from './client-document.ts'
export { createClient, getClient, renewSecret, setClientState } from './clients.ts'
export { actOnGrant, formatGrant, type GrantAction, getGrant, listGrants } from './grants.ts'
export { type KeyView, listKeys, rotateKeys } from './keys.ts'
export { newOperatorToken, type Operator, type OperatorRole } from './operator.ts'
export { operatorRoles } from './settings.ts'
export {
  createUser,
  formatUser,
  getUser,
  passwordText,
  setPassword,
  setUserState,
  signOutEverywhere,
  type UserDocument,
  userDocument,
} from './users.ts'
