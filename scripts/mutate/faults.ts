// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the faults are pieces of source
// Faults of the kind that cost a tenant its secrets. `npm test` plants each in turn, and some test has to notice it.

export type Fault = {
  /** Below `src/`. */
  file: string;
  /** At one place of it. */
  find: string;
  replace: string;
  means: string;
};

const fault = (file: string, find: string, replace: string, means: string): Fault => ({
  file,
  find,
  replace,
  means,
});

const tokenChecks: Fault[] = [
  fault(
    "crypto/jwts.ts",
    'config, token, "at+jwt", accessAudience',
    'config, token, "rt+jwt", refreshAudience',
    "a refresh token is an access token",
  ),
  fault(
    "crypto/jwts.ts",
    'config, token, "rt+jwt", refreshAudience',
    'config, token, "at+jwt", accessAudience',
    "an access token is a refresh token",
  ),
  fault(
    "crypto/jwts.ts",
    "payload && readAccessClaims(payload)",
    "payload && { user_id: Number(payload.sub), session_id: Number(payload.sid), email: payload.email, org_id: payload.org_id }",
    "claims are taken as they come",
  ),
  fault(
    "crypto/jwts.ts",
    "accessTokenSeconds * 1000",
    "accessTokenSeconds * 100_000",
    "access tokens live for a day",
  ),
  fault("crypto/jwts.ts", "...holder.org,", "", "a token names no organization"),
  fault("crypto/jwts.ts", "crypto.randomUUID()", '"one"', "all access tokens have one id"),
  fault(
    "crypto/jwts.ts",
    "`successor of ${jti}`",
    '"successor"',
    "every refresh token has the same successor",
  ),
  fault(
    "crypto/jwts.ts",
    "`${config.PUBLIC_URL}/token/refresh`",
    "accessAudience(config)",
    "both kinds of tokens are for the same audience",
  ),
  fault(
    "crypto/jwts.ts",
    "config.SIGNING_KEYS[0]",
    "config.SIGNING_KEYS.at(-1)",
    "the old key goes on signing",
  ),
  fault("verify/open-token.ts", 'header.alg !== "ES256"', "false", "any algorithm passes the header's check"),
  fault("verify/open-token.ts", "header.typ !== typ", "false", "any type of token passes the header's check"),
  fault("verify/open-token.ts", "crit !== undefined || ", "", "what a token calls critical is not looked at"),
  fault(
    "verify/open-token.ts",
    "bringsKey.some((name) => name in header)",
    "false",
    "a token may bring its own key",
  ),
  fault("verify/open-token.ts", "audience: expected.audience,", "", "a token for somebody else passes"),
  fault(
    "verify/open-token.ts",
    "requireIssuer(token, expected.issuer);",
    "",
    "another issuer's token makes us look for their keys",
  ),
  fault(
    "verify/open-token.ts",
    "await verified(token, await findKey(kid), expected)",
    "decodeJwt(token)",
    "signatures are not checked",
  ),
  fault(
    "verify/open-token.ts",
    "clockTolerance: expected.clockToleranceSeconds ?? 0",
    "clockTolerance: 86_400",
    "a token lives a day longer",
  ),
  fault("verify/open-token.ts", "!Number.isSafeInteger(instant)", "false", "1e400 is an expiry"),
  fault("verify/open-token.ts", "token.length > mostCharacters", "false", "a token may be of any length"),
  fault(
    "verify/open-token.ts",
    "error instanceof InvalidTokenError",
    "true",
    "missing keys are a refused token",
  ),
  fault("verify/claims.ts", "id === null || id > maxId", "id === null", "an id may be larger than any"),
  fault("verify/claims.ts", "/^[1-9]\\d{0,14}$/.test(text)", "text !== ''", "any text is an id"),
  fault(
    "verify/claims.ts",
    'value.every((one) => typeof one === "string")',
    "true",
    "permissions may be anything",
  ),
  fault(
    "verify/require-auth.ts",
    "needsOrg && org_id === undefined",
    "false",
    "a token of no organization is let in",
  ),
  fault(
    "verify/require-auth.ts",
    'isOrg(org_id, typeof org === "function" ? await org(c) : org)',
    "true",
    "a token of one organization works in another",
  ),
  fault(
    "verify/require-auth.ts",
    "permission !== undefined && !permissions.some((held) => held === permission)",
    "false",
    "no permission is needed",
  ),
  fault(
    "verify/require-auth.ts",
    "name in options && options[name] === undefined",
    "false",
    "a missing setting switches its check off",
  ),
  fault("verify/require-auth.ts", "required === String(named)", "Number(required) === named", "07 is 7"),
  fault("verify/require-permission-now.ts", "!answer.allowed", "false", "whoever is asked about is allowed"),
  fault(
    "verify/require-permission-now.ts",
    "...(website && { website_id: idOf(await website(c)) }),",
    "",
    "a website's guests are asked about the organization",
  ),
  fault(
    "verify/access-token.ts",
    'url.protocol === "https:"',
    'url.protocol !== "data:"',
    "keys come over plain http",
  ),
  fault(
    "verify/remote-keys.ts",
    'redirect: "manual"',
    'redirect: "follow"',
    "keys come from wherever an answer points",
  ),
  fault(
    "verify/remote-keys.ts",
    'kty !== "EC" || crv !== "P-256" || use !== "sig" || alg !== "ES256"',
    "false",
    "a key for something else verifies",
  ),
];

const secrets: Fault[] = [
  fault("crypto/passwords.ts", "return false;", "return true;", "an unknown address has every password"),
  fault(
    "crypto/passwords.ts",
    "await derive(password, new Uint8Array(16), iterations);",
    "",
    "an unknown address answers faster",
  ),
  fault(
    "crypto/passwords.ts",
    "await derive(password, salt, iterations - storedIterations);",
    "",
    "an old hash answers faster",
  ),
  fault(
    "crypto/passwords.ts",
    "crypto.subtle.timingSafeEqual(derived, hash)",
    "derived.every((byte, i) => byte === hash[i])",
    "hashes are compared byte by byte, and the time tells how many are right",
  ),
  fault(
    "crypto/passwords.ts",
    "crypto.getRandomValues(new Uint8Array(16))",
    "new Uint8Array(16)",
    "all passwords have one salt",
  ),
  fault(
    "crypto/passwords.ts",
    'password.normalize("NFKC")',
    "password",
    "one password typed on two keyboards is two",
  ),
  fault(
    "crypto/passwords.ts",
    "secret = new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));",
    "return new Uint8Array(await crypto.subtle.deriveBits(parameters, key, 256));",
    "the chain has one link",
  ),
  fault(
    "crypto/tokens.ts",
    "opened.protectedHeader.typ === purpose",
    "true",
    "what was sealed for one purpose opens for another",
  ),
  fault(
    "crypto/tokens.ts",
    "`mail-${kind}`, JSON.stringify(contents)",
    '"mail-verify", JSON.stringify(contents)',
    "a link's kind is not sealed",
  ),
  fault("crypto/tokens.ts", "expiresAt <= now", "false", "a link never ends"),
  fault(
    "crypto/tokens.ts",
    "keys.find((key) => key.kid === kid)?.k",
    "keys[0]?.k",
    "links of the old key are garbage after a rotation",
  ),
  fault(
    "crypto/hashes.ts",
    "crypto.getRandomValues(new Uint8Array(16))",
    "new Uint8Array(16)",
    "secret ids are always the same",
  ),
  fault(
    "crypto/hashes.ts",
    "info: utf8.encode(purpose)",
    "info: new Uint8Array()",
    "keyed hashes for two purposes are alike",
  ),
  fault(
    "crypto/keys.ts",
    "({ kty, crv, kid, x, y }) => ({ kty, crv, kid, x, y,",
    "({ kty, crv, kid, x, y, ...rest }) => ({ kty, crv, kid, x, y, ...rest,",
    "the private halves of the keys are published",
  ),
  fault(
    "crypto/keys.ts",
    "config.SIGNING_KEYS.find((one) => one.kid === kid)",
    "config.SIGNING_KEYS[0]",
    "tokens of the old key end with a rotation",
  ),
];

const guards: Fault[] = [
  fault(
    "db/tenant.ts",
    "enter(db, caller, limits), ...statements",
    "build.execute(sql`select 1`), ...statements",
    "nobody enters",
  ),
  fault("db/tenant.ts", "set_config('role', 'app_tenant', true), ", "", "the restricted role is not taken"),
  fault(
    "db/tenant.ts",
    "${sessionId}::bigint",
    "(select max(id) from session)",
    "somebody else's session is entered",
  ),
  fault(
    "db/tenant.ts",
    "${orgId}::integer, ${db.origin",
    "null, ${db.origin",
    "a token of one organization works in another",
  ),
  fault("db/tenant.ts", "{ readOnly }", "{ readOnly: false }", "what reads may write"),
  fault("db/tenant.ts", "${access}::text", "'read'::text", "every access is one that reads"),
  fault("db/tenant.ts", "${needs}::text", "'membership'::text", "every member may do everything"),
  fault(
    "db/tenant.ts",
    "${aboutJson(about)}::jsonb",
    "'{}'::jsonb",
    "what else a request names may be somebody else's",
  ),
  fault("db/tenant.ts", "website_id: websiteId,", "", "a website's guests are not let in"),
  fault(
    "access/as-member.ts",
    ", authorize(orgId, needs, access, about)]",
    "]",
    "nobody is asked for a permission",
  ),
  fault(
    "access/authenticate.ts",
    "return { userId, sessionId, email, orgId };",
    "return { userId, sessionId, email, orgId: null };",
    "a token's organization is forgotten",
  ),
  fault(
    "access/authenticate.ts",
    'if (!claims) throw new AppError("invalid_token");',
    "",
    "a refused token goes on",
  ),
  fault(
    "access/authenticate.ts",
    'c.req.header("authorization") ? checkToken(c as unknown as Context<SignedInEnv>, next) : next()',
    "next()",
    "where a token may be left out it is not looked at",
  ),
  fault(
    "access/breached-passwords.ts",
    "(await asked) ? null : passwordHash",
    "passwordHash",
    "a breached password is taken",
  ),
  fault(
    "access/breached-passwords.ts",
    "hash.slice(0, 5), signal",
    "hash, signal",
    "the whole hash of a password leaves",
  ),
  fault(
    "access/breached-passwords.ts",
    'redirect: "manual"',
    'redirect: "follow"',
    "others are told the prefix",
  ),
  fault(
    "access/password-policy.ts",
    "isPattern(lower) || isCommon(lower)",
    "false",
    "the commonest passwords are taken",
  ),
  fault(
    "access/password-policy.ts",
    'lower === email.split("@")[0] || lower.includes(email)',
    "false",
    "one's address is a password",
  ),
];

const sessions: Fault[] = [
  fault(
    "sessions/sign-in.ts",
    "!right || user_id === undefined || password_hash === null",
    "user_id === undefined || password_hash === null",
    "every password is right",
  ),
  fault("sessions/sign-in.ts", '"retry_after_seconds" in begun', "false", "guesses are not counted"),
  fault(
    "sessions/sign-in.ts",
    "credentialVersion: credential_version,",
    "credentialVersion: 1e6,",
    "nobody whose password changed signs in",
  ),
  fault("sessions/sign-in.ts", 'started.outcome !== "signed_in"', "false", "the suspended sign in"),
  fault(
    "sessions/sign-in.ts",
    "refreshHash: await sha256(jti)",
    "refreshHash: jti",
    "a refresh token's id is stored",
  ),
  fault("sessions/sign-in.ts", "orgId: org_id ?? null", "orgId: null", "the token is for no organization"),
  fault(
    "sessions/refresh.ts",
    "hash: await sha256(claims.jti),",
    "hash: await sha256(jti),",
    "the successor is spent in place of the token",
  ),
  fault("sessions/refresh.ts", 'refreshed.outcome !== "refreshed"', "false", "a spent token is refreshed"),
  fault("sessions/refresh.ts", "orgId: org_id ?? null", "orgId: null", "the token is for no organization"),
  fault("sessions/queries.ts", "isNull(session.ended_at), ", "", "ended sessions are shown"),
  fault(
    "sessions/queries.ts",
    ", gt(session.expires_at, sql`app.now_ms()`)",
    "",
    "expired sessions are shown",
  ),
  fault(
    "sessions/queries.ts",
    "and(alive(userId), ne(session.id, sessionId))",
    "alive(userId)",
    "ending the others ends one's own",
  ),
  fault("sessions/tokens.ts", "14 * 86_400_000", "140 * 86_400_000", "a refresh token lives for months"),
  fault("sessions/tokens.ts", "30 * 86_400_000", "300 * 86_400_000", "a session lives for a year"),
  fault(
    "sessions/routes.ts",
    'caller.sessionId, "signed_out"',
    'caller.sessionId + 1, "signed_out"',
    "signing out ends nothing",
  ),
  fault("sessions/routes.ts", "ended.length === 0", "false", "ending somebody else's session seems to work"),
];

export const faults: Fault[] = [...tokenChecks, ...secrets, ...guards, ...sessions];
