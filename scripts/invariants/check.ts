// One thing that is true of the database at every moment, as the query that returns whatever contradicts it. Queries name
// rows by their ids: no address, hash or token is printed.
export type Check = {
  name: string;
  /** The rule, as a sentence. */
  rule: string;
  /** Rows that break it; none of a sound database. */
  query: string;
};

export const nowMs = "(extract(epoch from clock_timestamp()) * 1000)::bigint";
