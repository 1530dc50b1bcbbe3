import { AppError } from "../errors.ts";

/** The first row. Errors: 404 when there is none: it was never there, or not for the caller, or went a moment ago. */
export function found<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new AppError("not_found");
  return row;
}
