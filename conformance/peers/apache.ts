import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { announced } from '../announced.ts'
import type { Sandbox, SandboxClient } from '../sandbox-process.ts'

/** Debian's Apache as a relying party: one protected page that says who is there. */
export type Apache = { readonly origin: string; readonly stop: () => Promise<void> }

const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'mime', 'include', 'auth_openidc']

const configuration = (folder: string, client: SandboxClient, { ehr }: Sandbox): string => {
  const { port, origin } = new URL(client.redirect_uris[0] ?? '')
  return `
ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${folder}/apache.pid
ErrorLog "|/bin/cat"
${modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
TypesConfig /etc/mime.types
DocumentRoot ${folder}/pages
OIDCProviderMetadataURL ${ehr.issuer}/.well-known/openid-configuration
OIDCClientID ${client.client_id}
OIDCClientSecret ${client.client_secret}
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCRedirectURI ${origin}/callback
OIDCCryptoPassphrase only-for-this-test
OIDCScope "openid fhirUser launch/patient patient/Patient.rs"
OIDCAuthRequestParams aud=${encodeURIComponent(ehr.fhirBase)}
OIDCPKCEMethod S256
OIDCRemoteUserClaim fhirUser
<Directory ${folder}/pages>
  Options +Includes
  AddType text/html .shtml
  AddOutputFilter INCLUDES .shtml
</Directory>
<Location />
  AuthType openid-connect
  Require valid-user
</Location>
`
}

/** Starts it on the port of the client's redirect URI. */
export const startApache = async (client: SandboxClient, sandbox: Sandbox): Promise<Apache> => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-apache-'))
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'pages'))
  writeFileSync(join(folder, 'pages/who.shtml'), '<h1>Signed in as <!--#echo var="REMOTE_USER" --></h1>')
  writeFileSync(join(folder, 'apache.conf'), configuration(folder, client, sandbox))
  const args = ['-f', join(folder, 'apache.conf'), '-D', 'FOREGROUND']
  const child = spawn('/usr/sbin/apache2', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  await announced(child, 'resuming normal operations')
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  return { origin: new URL(client.redirect_uris[0] ?? '').origin, stop }
}
