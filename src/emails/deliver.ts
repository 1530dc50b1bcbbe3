// One mail through Resend. What happened comes back as a value; deciding what to do next is the outbox's.
import { Resend } from "resend";
import type { Config } from "../config.ts";
import type { Mail } from "./render.tsx";

/**
 * `refused`: trying again changes nothing. `throttled`: the provider is there and wants to be left alone for a while.
 * `unavailable`: anything else. `error`: a status and a code, never an address or a link.
 */
export type Delivery =
  | { outcome: "sent" }
  | { outcome: "refused"; error: string }
  | { outcome: "throttled" | "unavailable"; error: string; retryAfterMs: number };

const timeoutMs = 8_000;
const throttledMs = 1_000;
const quotaPauseMs = 60 * 60_000;

/** `idempotencyKey`: the same for every try at one mail, so that a lost answer sends nothing twice. */
export async function deliver(
  config: Config,
  recipient: string,
  mail: Mail,
  idempotencyKey: string,
): Promise<Delivery> {
  const signal = AbortSignal.timeout(timeoutMs);
  const { data, error, headers } = await resendOf(config).emails.send(
    { ...mail, to: recipient },
    { idempotencyKey, signal },
  );
  if (data?.id) return { outcome: "sent" };
  if (signal.aborted) return { outcome: "unavailable", error: "timeout", retryAfterMs: 0 };
  // Whatever answers in Resend's place may say anything.
  const { statusCode, name, message } = { statusCode: null, name: "", message: "", ...error };
  const shown = `${Number(statusCode) || "no answer"} ${/^\w{1,50}$/.test(name) ? name : ""}`.trim();
  if (isFinal(statusCode, name, message)) return { outcome: "refused", error: shown };
  const asked = retryAfterMs(headers?.["retry-after"], Date.now());
  if (/quota_exceeded$/.test(name))
    return { outcome: "throttled", error: shown, retryAfterMs: Math.max(quotaPauseMs, asked) };
  if (statusCode === 429)
    return { outcome: "throttled", error: shown, retryAfterMs: Math.max(throttledMs, asked) };
  return { outcome: "unavailable", error: shown, retryAfterMs: asked };
}

/** RFC 9110, 10.2.3: seconds, or a date. Nothing that makes sense: 0. */
export function retryAfterMs(header: string | undefined, now: number): number {
  const text = header?.trim() ?? "";
  const asked = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return asked > 0 ? Math.ceil(asked) : 0;
}

/** The address or the mail itself is refused. A wrong key or sender (Resend reports them as bad input) can be mended. */
const isFinal = (status: number | null, name: string, message: string) =>
  (status === 400 || status === 422) &&
  !["invalid_api_key", "invalid_from_address"].includes(name) &&
  !/\bapi key\b|`from`/i.test(message);

const clients = new WeakMap<Config, Resend>();

function resendOf(config: Config): Resend {
  const { RESEND_API_KEY, LOCAL_RESEND_URL: baseUrl } = config;
  const known = clients.get(config) ?? new Resend(RESEND_API_KEY, baseUrl ? { baseUrl } : {});
  clients.set(config, known);
  return known;
}
