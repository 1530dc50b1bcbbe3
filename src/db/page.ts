// A page of a place's rows by id, in an order that only the index of exactly these columns has. Asked with `=` and in the
// order of ids, the planner takes a place that holds half of a table for one that is everywhere in it, and looks for its
// rows from the table's beginning. (The bound is one of a single column: rows are compared to find the page's beginning,
// and not its end.)
import { type AnyColumn, asc, type SQL, sql } from "drizzle-orm";

/** Columns and their values, in the order of the index that ends with the id. */
export type Place = readonly (readonly [column: AnyColumn, value: SQL | number])[];

/** The rows of a place after an id. They need the order of `inPlace`. */
export function afterIn(place: Place, id: AnyColumn, after: number | null): SQL {
  const [column, value] = lastOf(place);
  const page = sql`(${column}, ${id}) > (${value}, ${after ?? 0}) and ${column} <= ${value}`;
  const others = place.slice(0, -1).map(([column, value]) => sql`${column} = ${value}`);
  return sql.join([...others, page], sql` and `);
}

export const inPlace = (place: Place, id: AnyColumn): SQL[] => [asc(lastOf(place)[0]), asc(id)];

function lastOf(place: Place) {
  const last = place.at(-1);
  if (!last) throw new Error("a page is one of some place");
  return last;
}
