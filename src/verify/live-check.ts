// The live check over a service binding, as a Worker of the same account sees it: `env.PERMISSIONS.check(…)`. Types
// alone, for both ends of the binding.
import type { ErrorCode, FieldError } from "../errors.ts";
import type { Permission } from "../permissions.ts";

export type PermissionQuestion = {
  /** The caller's access token, as it came. */
  token: string;
  org_id: number;
  website_id?: number;
  permission: Permission;
};

/**
 * `allowed`, and nothing more when the question could be answered. With a `code`, the one that `POST /permissions/check`
 * would have answered with, it could not: a refused token, an organization that is not the caller's, a suspension, a
 * malformed question, an absent database. Whatever it is, `allowed` is then false.
 */
export type PermissionAnswer =
  | { allowed: boolean; code?: undefined }
  | {
      allowed: false;
      code: ErrorCode;
      request_id: string;
      /** Of `invalid_request`: what is wrong with the question. */
      errors?: FieldError[];
      /** Of `service_unavailable`. */
      retry_after?: number;
    };

/** The binding's type: `services = [{ binding = "PERMISSIONS", service = "gatehouse", entrypoint = "Permissions" }]`. */
export type PermissionsBinding = { check(question: PermissionQuestion): Promise<PermissionAnswer> };
