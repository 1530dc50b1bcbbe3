// A JWKS endpoint whose keys, failures and visitors a test holds in its hands; the tokens that its keys sign.
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

export const issuer = "https://auth.example.com";
export const audience = "https://api.example.com";
export type Key = { kid: string; privateKey: CryptoKey; jwk: JWK };

export async function newKey(kid: string = crypto.randomUUID()): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: "sig", alg: "ES256" } };
}

/** Answers with whatever `answer` makes; an `Error` is thrown, as by a network that is away. */
export function keyServer(...keys: Key[]) {
  const server = {
    url: `https://auth.example.com/${crypto.randomUUID()}/jwks.json`,
    answer: (): Response | Error => Response.json({ keys: keys.map(({ jwk }) => jwk) }),
    visits: 0,
    publish(...published: Key[]) {
      server.answer = () => Response.json({ keys: published.map(({ jwk }) => jwk) });
    },
    async fetch(_url: string, init: RequestInit): Promise<Response> {
      server.visits += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      init.signal?.throwIfAborted();
      const answer = server.answer();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return server;
}
export type KeyServer = ReturnType<typeof keyServer>;

export const seconds = () => Math.floor(Date.now() / 1000);

export const claims = (changes: object = {}) => ({
  iss: issuer,
  aud: audience,
  sub: "7",
  sid: "70",
  jti: "a token",
  iat: seconds(),
  exp: seconds() + 900,
  email: "ann@example.com",
  email_verified: true,
  ...changes,
});
export const inOrganization = (changes: object = {}) =>
  claims({ org_id: 3, role: "admin", permissions: ["website:read", "member:read"], ...changes });

export const sign = ({ kid, privateKey }: Key, payload: object, header: object = {}): Promise<string> =>
  new SignJWT({ ...payload })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid, ...header })
    .sign(privateKey);
