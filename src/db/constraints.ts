// What the database says, in the service's words: one table for the rules' own SQLSTATEs (TN401 … with the code as
// constraint, see rules/1-context/refuse.sql) and for real constraints by name.
import { NeonDbError } from "@neondatabase/serverless";
import { AppError, invalidField, isErrorCode } from "../errors.ts";

const constraints: Record<string, (cause: unknown) => AppError> = {
  user_email_key: (cause) => new AppError("email_taken", { cause }),
  member_user_org_key: (cause) => new AppError("already_member", { cause }),
  website_member_user_key: (cause) => new AppError("already_member", { cause }),
  role_name_key: (cause) => new AppError("role_name_taken", { cause }),
  // The caller's account was deleted since they entered.
  member_user_id_user_id_fk: (cause) => new AppError("session_ended", { cause }),
  invite_user_id_user_id_fk: (cause) => new AppError("session_ended", { cause }),
  // Their website was deleted since they were authorized.
  invite_website_place_fkey: (cause) => new AppError("not_found", { cause }),
  // A role that is held changes its scope. (Whoever is given a role is given one that `role_for` has locked.)
  member_role_place_fkey: (cause) => new AppError("role_in_use", { cause }),
  website_member_role_place_fkey: (cause) => new AppError("role_in_use", { cause }),
  invite_role_place_fkey: (cause) => new AppError("role_in_use", { cause }),
  invite_pending_key: (cause) => new AppError("invite_pending", { cause }),
  // What only the rules can tell of a field (TN422).
  role_unknown: () => invalidField("role", "is not the name of a role of this organization"),
  role_of_other_scope: () => invalidField("role", "is a role of the other scope"),
  time_zone_unknown: () => invalidField("tz", "is not the name of a time zone that the database knows"),
  permissions_unfit: () => invalidField("permissions", "hold one that this scope does not know"),
};
/** Checks on JSON columns are named for them: `user_profile_size`, `organisation_settings_size` … */
const jsonSize = /_(profile|settings)_size$/;

/** Connection lost, login or database gone, out of resources, shut down: the database is away, not wrong. */
const away = /^(08|28|3D|53|57)/;

/**
 * An error of a trip → the AppError it means, or the error itself when it means a bug (42501, "row security
 * refused", is one: it gets a 500). A trip without an answer, or with garbage, is a 503.
 */
export function toAppError(error: unknown): unknown {
  if (!(error instanceof NeonDbError)) return isLostAnswer(error) ? unavailable(error) : error;
  const { code, constraint, detail } = error;
  if (!code || away.test(code)) return unavailable(error);
  if (code.startsWith("TN") && isErrorCode(constraint)) {
    const retryAfterSeconds = code === "TN429" ? Number(detail) : 0;
    return new AppError(constraint, { cause: error, ...(retryAfterSeconds > 0 && { retryAfterSeconds }) });
  }
  const [, column] = jsonSize.exec(constraint ?? "") ?? [];
  if (column) return invalidField(column, "would hold more than 64 KiB");
  return constraints[constraint ?? ""]?.(error) ?? error;
}

const unavailable = (cause: unknown) => new AppError("service_unavailable", { retryAfterSeconds: 2, cause });

/** No answer in time, garbage for an answer, or one cut midway (workerd marks that as `retryable`). */
function isLostAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const cut = (error as { retryable?: boolean }).retryable === true;
  return cut || ["AbortError", "TimeoutError", "SyntaxError"].includes(error.name);
}
