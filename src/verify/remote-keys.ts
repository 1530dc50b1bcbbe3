// The service's public keys, fetched and kept. A key that appears is found at once, one that was withdrawn stops within
// five minutes, and while the service is away the keys from before go on working. No token can cause more than
// one fetch in ten seconds. Kept between requests is the result, never a promise: a cancelled request's never settles.
import { importJWK } from "jose";
import { InvalidTokenError, KeysUnavailableError } from "./invalid-token.ts";

/** `fetch`, for tests and for Workers, which may reach the service over a binding only. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
type Clock = () => number;

const freshMs = 5 * 60_000; // As the service's own `Cache-Control` says.
const oldestMs = 24 * 3_600_000; // Whoever cuts us off must not keep a withdrawn key alive for ever.
const cooldownMs = 10_000;
const coldRetryMs = 1_000;
const timeoutMs = 3_000;
const lookAgainMs = 20;
const mostCharacters = 64 * 1024;

export class RemoteKeys {
  readonly #url: string;
  readonly #now: Clock;
  #keys = new Map<string, CryptoKey>();
  #loadedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #searchedAt = Number.NEGATIVE_INFINITY;
  #loadingUntil = Number.NEGATIVE_INFINITY;
  #failure: unknown = null;

  constructor(url: string, now: Clock = Date.now) {
    this.#url = url;
    this.#now = now;
  }

  /** Errors: InvalidTokenError for a key that the service does not publish, KeysUnavailableError. */
  async find(kid: string, fetch: Fetch): Promise<CryptoKey> {
    if (this.#isDue()) await this.#load(fetch);
    else if (this.#age() > oldestMs && this.#isLoading()) await this.#settled();
    if (this.#age() > oldestMs) throw new KeysUnavailableError(this.#failure);
    return this.#keys.get(kid) ?? (await this.#search(kid, fetch));
  }

  /** A new key, or nonsense: nobody can tell without looking. */
  async #search(kid: string, fetch: Fetch): Promise<CryptoKey> {
    if (this.#isLoading()) await this.#settled();
    else if (this.#now() - this.#searchedAt >= cooldownMs) {
      this.#searchedAt = this.#now();
      await this.#load(fetch);
    }
    const key = this.#keys.get(kid);
    if (key) return key;
    if (this.#failure) throw new KeysUnavailableError(this.#failure);
    throw new InvalidTokenError("key");
  }

  #age = () => this.#now() - this.#loadedAt;
  #isLoading = () => this.#loadingUntil > this.#now();
  #isDue(): boolean {
    if (this.#age() <= freshMs || this.#isLoading()) return false;
    return this.#now() - this.#triedAt >= (this.#age() > oldestMs ? coldRetryMs : cooldownMs);
  }

  /** After a failure everything stays as it was. */
  async #load(fetch: Fetch): Promise<void> {
    this.#triedAt = this.#now();
    this.#loadingUntil = this.#now() + timeoutMs;
    try {
      this.#keys = await fetchKeys(this.#url, fetch);
      this.#loadedAt = this.#now();
      this.#failure = null;
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#loadingUntil = Number.NEGATIVE_INFINITY;
    }
  }

  /** Until the fetch of another request is done, or has had its time. */
  async #settled(): Promise<void> {
    while (this.#isLoading()) await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}

async function fetchKeys(url: string, fetch: Fetch): Promise<Map<string, CryptoKey>> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) throw new Error(`GET ${url} answered ${response.status}`);
  const text = await response.text();
  if (text.length > mostCharacters) throw new Error(`GET ${url} answered too much`);
  const { keys } = JSON.parse(text) as { keys?: unknown };
  const imported = await Promise.all((Array.isArray(keys) ? keys.slice(0, 50) : []).map(importKey));
  const found = new Map(imported.flatMap((key) => (key ? [key] : [])));
  if (found.size === 0) throw new Error(`GET ${url} answered no key that could be used`);
  return found;
}

/** One public P-256 key for signatures; null for any other, which is none of our business. */
async function importKey(jwk: unknown): Promise<[kid: string, key: CryptoKey] | null> {
  const { kty, crv, kid, x, y, use = "sig", alg = "ES256" } = (jwk ?? {}) as Record<string, string>;
  if (kty !== "EC" || crv !== "P-256" || use !== "sig" || alg !== "ES256") return null;
  if (typeof kid !== "string" || typeof x !== "string" || typeof y !== "string") return null;
  try {
    return [kid, (await importJWK({ kty, crv, x, y }, "ES256")) as CryptoKey];
  } catch {
    return null; // Not a point of the curve.
  }
}
