// One mail through Resend. What happened comes back as a value; deciding what to do next is the outbox's.
import { Resend } from "resend";
import type { Config } from "../config.ts";
import type { Rendered } from "./templates.ts";

export type Delivery =
  | { outcome: "sent" }
  | { outcome: "refused"; error: string }
  | { outcome: "unavailable"; error: string; retryAfterSeconds: number | null };

const timeoutMs = 8_000;

/** `idempotencyKey`: the same for every try at one mail, so that a lost answer sends nothing twice. */
export async function deliver(
  config: Config,
  recipient: string,
  mail: Rendered,
  idempotencyKey: string,
): Promise<Delivery> {
  const baseUrl = config.LOCAL_RESEND_URL;
  const resend = new Resend(config.RESEND_API_KEY, baseUrl ? { baseUrl } : {});
  const message = { from: config.EMAIL_FROM, to: recipient, ...mail };
  const answer = await withinTime(resend.emails.send(message, { idempotencyKey }));
  if (answer === "timeout") return { outcome: "unavailable", error: "timeout", retryAfterSeconds: null };
  if (!answer.error) return { outcome: "sent" };

  const { name, statusCode } = answer.error;
  const error = `${statusCode ?? "no answer"} ${name}`;
  if (isFinal(statusCode, name)) return { outcome: "refused", error };
  const retryAfter = Number(answer.headers?.["retry-after"]);
  return { outcome: "unavailable", error, retryAfterSeconds: retryAfter > 0 ? retryAfter : null };
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
