import { z } from 'zod'
import { brandFlaws } from '../discovery/brand-rules.ts'
import { type Brands, brandsSettings } from '../discovery/settings.ts'
import type { Env } from '../env.ts'
import { OAuthError } from '../errors/oauth-error.ts'
import { changedRecord, type MountedOperation, operation, unknownRecord } from './operation.ts'
import type { Operator } from './operator.ts'

const brandsSection = brandsSettings.unwrap()

/** Brands as an operator writes them; when they changed is ours to say. */
export const brandsDocument = brandsSection.omit({ changedAt: true })

/** A checked document. */
export type BrandsDocument = z.infer<typeof brandsDocument>

/** What is published, and whose word it is. `version` 0: the configuration's own. */
export type PublishedBrands = {
  readonly brands: Brands | undefined
  readonly source: 'configuration' | 'operators'
  readonly version: number
}

/** What is published now. */
export const getBrands = async (env: Env): Promise<PublishedBrands> => {
  const saved = await env.store.brands.find()
  if (saved === undefined) return { brands: env.config.brands, source: 'configuration', version: 0 }
  return { ...saved, source: 'operators' }
}

/** Publishes brands in place of the configuration's, from the version that was seen. Throws `admin:invalid`, `admin:changed`. */
export const saveBrands = async (
  {
    document,
    version,
    operator,
  }: { readonly document: BrandsDocument; readonly version: number; readonly operator: Operator },
  env: Env,
): Promise<PublishedBrands> => {
  const brands: Brands = { ...document, changedAt: `${new Date(env.now() * 1000).toISOString().slice(0, 19)}Z` }
  const flaws = brandFlaws(brands, env.config.resourceServers)
  if (flaws.length > 0) throw new OAuthError('admin:invalid', { description: flaws.join('; ') })
  if (!(await env.store.brands.save(brands, version))) throw changedRecord('brands')
  return publish('change-brands', operator, env)
}

/** Goes back to the brands of the configuration. Throws `admin:unknown` when they are published already. */
export const resetBrands = async (
  { version, operator }: { readonly version: number; readonly operator: Operator },
  env: Env,
): Promise<PublishedBrands> => {
  if ((await env.store.brands.find()) === undefined) throw unknownRecord('brands of operators')
  if (!(await env.store.brands.remove(version))) throw changedRecord('brands')
  return publish('reset-brands', operator, env)
}

const publish = async (reason: string, operator: Operator, env: Env): Promise<PublishedBrands> => {
  await env.published.reload()
  env.audit({ event: 'admin-action', outcome: 'success', reason, actor: operator.name })
  return getBrands(env)
}

/** The version a tag names; one that is no tag of ours names none that exists. */
const versionOf = (tag: string): number => (/^\d{1,9}$/.test(tag) ? Number(tag) : -1)

const view = z.object({ source: z.enum(['configuration', 'operators']), brands: brandsSection.optional() })

const answer = ({ version, ...body }: PublishedBrands) => ({ body, etag: String(version) })

/** User-access brands in the operators' map. */
export const brandOperations: readonly MountedOperation[] = [
  operation(
    {
      method: 'GET',
      path: '/brands',
      role: 'viewer',
      summary: 'The brands patients find us by.',
      success: 200,
      answer: view,
    },
    async (_call, env) => answer(await getBrands(env)),
  ),
  operation(
    {
      ...{ method: 'PUT', path: '/brands', role: 'admin', success: 200, conditional: true },
      summary: "Publish brands in place of the configuration's.",
      body: brandsDocument,
      answer: view,
    },
    async ({ body: document, seen, operator }, env) =>
      answer(await saveBrands({ document, version: versionOf(seen), operator }, env)),
  ),
  operation(
    {
      ...{ method: 'DELETE', path: '/brands', role: 'admin', success: 200, conditional: true },
      summary: 'Go back to the brands of the configuration.',
      answer: view,
    },
    async ({ seen, operator }, env) => answer(await resetBrands({ version: versionOf(seen), operator }, env)),
  ),
]
