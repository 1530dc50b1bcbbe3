// What became of the one row that a request is about.
import { AppError } from "../errors.ts";

/** The first row. Errors: 404 when there is none: it was never there, or not for the caller, or went a moment ago. */
export function found<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new AppError("not_found");
  return row;
}

/**
 * For a change that found no row to change although the guard had let it pass. `now`: the row as it is after that. Errors:
 * 404 when it went meanwhile, 403 permission_missing when it is there and the caller's right to it went.
 */
export function requireDone(changed: readonly unknown[], now: readonly unknown[]): void {
  if (changed.length === 0) throw new AppError(now.length === 0 ? "not_found" : "permission_missing");
}
