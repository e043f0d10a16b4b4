/**
 * Everything the doctor can find, named once: what it means and what to do. `error`: something does not work or is not safe.
 * `warning`: it works, and someone will be sorry. This folder owns checks; mending is the operator's.
 */
type Row = { readonly severity: 'error' | 'warning'; readonly means: string; readonly remedy: string }

const error = (means: string, remedy: string): Row => ({ severity: 'error', means, remedy })
const warning = (means: string, remedy: string): Row => ({ severity: 'warning', means, remedy })

/** The closed table. Each code is documented in `docs/doctor.md`. */
export const codes = {
  'config/invalid': error(
    'The configuration cannot be used.',
    'Mend the setting that is named; docs/configuration.md lists what each may be.',
  ),
  'config/file-exposed': warning(
    'A file with secrets can be read by other users of this machine.',
    'chmod 600 the file; its owner is the user who runs gatehouse.',
  ),
  'config/operator-listener-open': error(
    'The admin API and the metrics listen on every network.',
    'Set operator.listen.host to 127.0.0.1 or an address of your management network.',
  ),
  'config/no-operators': warning(
    'Nobody can use the admin API.',
    'Run `gatehouse operators new <name>` and add the row it prints to operator.tokens.',
  ),
  'config/no-directory': warning(
    'Nobody is asked which patients a user may choose at this FHIR base: standalone launches find only the patients registered with the user.',
    'Add the FHIR server behind it to directory.sources.',
  ),
  'config/no-trusted-proxy': warning(
    'The issuer is https and we listen without TLS, so a proxy stands in front; its X-Forwarded-For is not believed and every request seems to come from it.',
    'Add the address of the proxy to listen.trustedProxies.',
  ),
  'config/no-phone': warning(
    'Pages give people no telephone number to call when they want an app stopped.',
    'Set organization.phone.',
  ),
  'config/access-token-long': warning(
    'Access tokens live longer than 10 minutes: so long a stolen one works at servers that do not follow the revocation feed.',
    'Set token.accessToken to 5m; apps renew by themselves.',
  ),
  'config/refresh-idle-short': warning(
    'Refresh tokens that rest for three months die; certified servers must keep them (ONC).',
    'Set token.refreshIdle to at least 93d.',
  ),
  'store/unreachable': error(
    'The database cannot be opened.',
    'Check the URL in `store`, that the database runs, and the rights of its user.',
  ),
  'store/behind': error('The database has an older schema than this program.', 'Run `gatehouse migrate`.'),
  'store/ahead': error(
    'The database has a newer schema than this program.',
    'Run the newer program on every node, or restore the backup from before the migration.',
  ),
  'store/memory': error(
    'The store is in memory: every grant, key and registration is lost at the next restart.',
    'Set `store` to sqlite:<path> or postgres://….',
  ),
  'store/not-durable': error(
    'The database answers before a write is safe on disk: after a crash a revoked or used token could work again.',
    'Set fsync = on and synchronous_commit = on (or stricter) for this database.',
  ),
  'store/clock': warning(
    'The clocks of this machine and of the database differ.',
    'Run NTP on both; tokens are judged by this clock.',
  ),
  'clients/pending': warning(
    'Apps wait for approval.',
    'Look at them with `gatehouse clients list`, then `clients activate` or `clients remove`.',
  ),
  'clients/unbound-refresh': warning(
    'This public app keeps its refresh token on every use and no key binds it: a stolen one works until the grant ends.',
    'Register it with refresh_rotation all, or let it use DPoP.',
  ),
  'clients/keys-by-value': warning(
    'The keys of this app stand in its registration and are older than half a year: we learn of new ones only when its owner sends them.',
    'Remind its owner to send the current keys or, better, the address of a key set (jwks_uri).',
  ),
  'keys/unreadable': error(
    'The signing keys in the database cannot be opened with this master key.',
    'Use the masterKey they were made with. If it is lost, remove the rows of signing_keys: new keys are made and every token must be renewed.',
  ),
  'keys/overdue': warning(
    'The signing keys are older than token.keyLife: no node has replaced them.',
    'Check that a node is running and its log for job-failed; `gatehouse keys rotate` replaces them now.',
  ),
  'tls/invalid': error(
    'Browsers and apps refuse the certificate.',
    'Install a certificate for this host with its full chain, from an authority that browsers trust.',
  ),
  'tls/expires-soon': warning(
    'The certificate ends within two weeks.',
    'Renew it; check why automatic renewal has not.',
  ),
  'issuer/not-ours': error(
    'Another server answers at the issuer URL, or the proxy sends requests elsewhere.',
    'Let the proxy pass everything below the issuer path to `listen`, path unchanged.',
  ),
  'discovery/unreachable': error(
    'The server cannot be reached.',
    'Check the name, the network and the firewall; the detail says how it failed.',
  ),
  'discovery/missing': error(
    'There is no SMART configuration at this URL.',
    'Give the FHIR base URL; a server must serve {base}/.well-known/smart-configuration without authorization.',
  ),
  'discovery/redirect': warning(
    'The SMART configuration is answered with a redirect, which apps may not follow.',
    'Serve it at the base itself.',
  ),
  'discovery/content-type': error(
    'The SMART configuration is not sent as application/json.',
    'Send Content-Type: application/json whatever the Accept header says (CF-02, CF-03).',
  ),
  'discovery/not-json': error('The SMART configuration is not a JSON object.', 'Serve a JSON object (CF-01).'),
  'discovery/no-cors': error(
    'Apps in browsers cannot read this document.',
    'Answer with Access-Control-Allow-Origin (IN-22).',
  ),
  'discovery/member-missing': error('A member that SMART requires is missing.', 'Add it (CF-07 to CF-12, CF-24).'),
  'discovery/member-advised': warning(
    'A member that SMART recommends is missing.',
    'Add it where the server has the function (CF-19, CF-21 to CF-23).',
  ),
  'discovery/url-relative': error('An endpoint is not an absolute URL.', 'Write it in full (CF-05).'),
  'discovery/url-insecure': error('An endpoint is not https.', 'Serve it over TLS.'),
  'discovery/issuer-superfluous': warning(
    '`issuer` is there without the capability sso-openid-connect.',
    'Leave it out, or add the capability (CF-07).',
  ),
  'discovery/pkce': error(
    'PKCE with S256 is not offered, or `plain` is.',
    'code_challenge_methods_supported must hold S256 and not plain (CF-25).',
  ),
  'discovery/asymmetric': error(
    'client-confidential-asymmetric is claimed without what it needs.',
    'List private_key_jwt, and RS384 or ES384 (CF-12, CF-13).',
  ),
  'discovery/capability-unknown': warning(
    'A capability is neither a SMART code nor a URI.',
    'Own codes are full URIs (CF-26).',
  ),
  'discovery/scope-malformed': warning(
    'A scope in scopes_supported means nothing in SMART.',
    'Every listed scope must work (CF-19).',
  ),
  'openid/unreachable': error(
    'There is no OpenID configuration at the issuer.',
    'Serve {issuer}/.well-known/openid-configuration (ID-18).',
  ),
  'openid/issuer': error(
    'The issuer is not the same everywhere.',
    'Use one string in both documents and in tokens (ID-20, IN-20).',
  ),
  'openid/member-missing': error('The OpenID configuration lacks a required member.', 'Add it (ID-18).'),
  'openid/no-rs256': error('ID tokens are not signed with RS256.', 'Support RS256 and list it (ID-14).'),
  'jwks/unreachable': error('The signing keys cannot be read.', 'Serve a JWK Set at jwks_uri.'),
  'jwks/no-key': error(
    'There is no RSA key for ID tokens among the keys.',
    'Publish the RSA key as a bare JWK with kty, n, e and kid (ID-12).',
  ),
  'jwks/private': error(
    'A PRIVATE key is published.',
    'Remove it at once, make new keys, and revoke what was signed with it.',
  ),
  'jwks/kid': error('A key has no kid, or two have the same.', 'Give every key a kid of its own (ID-14).'),
  'fhir/metadata': warning(
    'The FHIR base does not answer with a CapabilityStatement.',
    'Check that this is the FHIR base; GET {base}/metadata needs no authorization.',
  ),
} as const satisfies Record<string, Row>

/** A code of the table. */
export type Code = keyof typeof codes

/** Something that was found. `about` is a setting, file, URL or id; `detail` says what it was, where the table cannot. */
export type Finding = { readonly code: Code; readonly about: string; readonly detail?: string }

/** A finding, as one line of code can write it. */
export const finding = (code: Code, about: string, detail?: string): Finding =>
  detail === undefined ? { code, about } : { code, about, detail }
