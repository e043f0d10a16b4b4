import type { Addresses } from '../addresses.ts'

/** What the clinician chose on a chart. */
export type ChosenLaunch = {
  readonly clientId: string
  readonly username: string
  readonly patient: string
  readonly encounter?: string
}

/** Records a launch; gives the address to send the browser to, or what to tell the clinician instead. */
export type LaunchApp = (
  chosen: ChosenLaunch,
) => Promise<{ readonly kind: 'opened'; readonly url: string } | { readonly kind: 'refused'; readonly why: string }>

type LaunchAnswer = { readonly launch_url?: string; readonly error_description?: string }

/** The EHR's side of a launch: it tells the authorization server who opens what for whom, as any EHR would. Spec: AL-25, AL-26 */
export function launchByEhr({ issuer }: Addresses, ehrSecret: string): LaunchApp {
  const authorization = `Basic ${Buffer.from(`riverbend-ehr:${ehrSecret}`).toString('base64')}`
  return async ({ clientId, username, patient, encounter }) => {
    const response = await fetch(`${issuer}/launch`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: clientId, username, patient, encounter, need_patient_banner: true }),
    })
    const { launch_url: url, error_description: why } = (await response.json()) as LaunchAnswer
    if (url !== undefined) return { kind: 'opened', url }
    return { kind: 'refused', why: why ?? `The front desk answered ${response.status}.` }
  }
}
