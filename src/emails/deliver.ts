// One mail through Resend. What happened comes back as a value; deciding what to do next is the outbox's.
import { Resend } from "resend";
import type { Config } from "../config.ts";
import type { Mail } from "./templates.ts";

export type Delivery =
  | { outcome: "sent" }
  | { outcome: "refused"; error: string }
  | { outcome: "unavailable"; error: string; retryAfterSeconds: number | null; quotaExceeded: boolean };

const timeoutMs = 8_000;

/** `idempotencyKey`: the same for every try at one mail, so that a lost answer sends nothing twice. */
export async function deliver(
  config: Config,
  recipient: string,
  mail: Mail,
  idempotencyKey: string,
): Promise<Delivery> {
  const answer = await withinTime(
    resendOf(config).emails.send({ ...mail, to: recipient }, { idempotencyKey }),
  );
  if (answer === "timeout") return unavailable("timeout");
  if (!answer.error) return { outcome: "sent" };

  const { name, statusCode } = answer.error;
  const error = `${statusCode ?? "no answer"} ${name}`;
  if (isFinal(statusCode, name)) return { outcome: "refused", error };
  const quotaExceeded = name === "daily_quota_exceeded" || name === "monthly_quota_exceeded";
  return { ...unavailable(error), ...retryAfterOf(answer.headers), quotaExceeded };
}

const unavailable = (error: string) =>
  ({ outcome: "unavailable", error, retryAfterSeconds: null, quotaExceeded: false }) as const;

function retryAfterOf(headers: Record<string, string> | null) {
  const seconds = Number(headers?.["retry-after"]);
  return seconds > 0 ? { retryAfterSeconds: seconds } : {};
}

const clients = new WeakMap<Config, Resend>();

function resendOf(config: Config): Resend {
  const { RESEND_API_KEY, LOCAL_RESEND_URL: baseUrl } = config;
  const known = clients.get(config) ?? new Resend(RESEND_API_KEY, baseUrl ? { baseUrl } : {});
  clients.set(config, known);
  return known;
}

/** The SDK knows no timeout of its own. */
async function withinTime<T>(work: Promise<T>): Promise<T | "timeout"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<"timeout">((resolve) => {
    timer = setTimeout(resolve, timeoutMs, "timeout");
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

/** The address or the mail itself is refused: trying again changes nothing. A wrong key or quota can be mended. */
const isFinal = (status: number | null, name: string) =>
  status !== null && [400, 422].includes(status) && name !== "invalid_api_key";
