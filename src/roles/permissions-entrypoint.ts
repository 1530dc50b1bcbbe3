// The live check for Workers of the same account, over a service binding: no HTTP, the same answers. Nothing is thrown
// across the binding: what HTTP says with a problem document is a `code` here, and `allowed` is false.
import { WorkerEntrypoint } from "cloudflare:workers";
import { callerOf } from "../access/authenticate.ts";
import { type Config, configOf } from "../config.ts";
import { requireWorkingKeys } from "../crypto/keys.ts";
import { Database } from "../db/client.ts";
import { AppError, errors } from "../errors.ts";
import { logError, logRequest } from "../http/log.ts";
import { valid } from "../http/validate.ts";
import type { PermissionAnswer, PermissionQuestion, PermissionsBinding } from "../verify/live-check.ts";
import { checkPermission } from "./check-permission.ts";
import { checkPermissionBody } from "./schemas.ts";

export class Permissions extends WorkerEntrypoint<object> implements PermissionsBinding {
  async check(question: PermissionQuestion): Promise<PermissionAnswer> {
    const started = performance.now();
    const requestId = crypto.randomUUID();
    const { answer, trips } = await answerTo(this.env, question, requestId);
    logRequest({
      request_id: requestId,
      method: "RPC",
      route: "Permissions.check",
      status: answer.code ? errors[answer.code][0] : 200,
      code: answer.code,
      trips,
      duration_ms: Math.round((performance.now() - started) * 10) / 10,
    });
    return answer;
  }
}

type Answered = { answer: PermissionAnswer; trips: number };

async function answerTo(env: object, question: unknown, requestId: string): Promise<Answered> {
  let db: Database | undefined;
  try {
    const config = configOf(env);
    await requireWorkingKeys(config);
    db = new Database(config, { requestId, ip: "" });
    return { answer: { allowed: await ask(config, db, question) }, trips: db.trips };
  } catch (error) {
    return { answer: refusalFor(error, requestId), trips: db?.trips ?? 0 };
  }
}

/** In the order of HTTP: the token, the body, the rest. */
async function ask(config: Config, db: Database, question: unknown): Promise<boolean> {
  const { token, ...rest } = (question ?? {}) as Record<string, unknown>;
  if (token === undefined || token === null || token === "") throw new AppError("unauthenticated");
  // What is undefined was left out, as in JSON.
  const body = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const caller = await callerOf(config, typeof token === "string" ? token : null);
  return checkPermission({ db, caller }, await valid(checkPermissionBody, body));
}

function refusalFor(error: unknown, request_id: string): PermissionAnswer {
  const expected = error instanceof AppError ? error : new AppError("internal_error");
  if (expected !== error) logError("unexpected", error, { request_id });
  else if (expected.code === "service_unavailable") logError("unavailable", expected.cause, { request_id });
  const { code, fields, retryAfterSeconds } = expected;
  return {
    allowed: false,
    code,
    request_id,
    ...(fields && { errors: fields }),
    ...(retryAfterSeconds && { retry_after: retryAfterSeconds }),
  };
}
