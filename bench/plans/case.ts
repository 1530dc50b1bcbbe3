// A request that is walked, and what the database may read for it.

export type Request = {
  params?: Record<string, number | string>;
  query?: string;
  json?: object;
  token?: string;
  /** What it is answered with, where that is no success. */
  status?: number;
};
export type Case = {
  route: string;
  name: string;
  request: Request | (() => Request | Promise<Request>);
  /**
   * The index meant for each statement after the guard, in order, and the last one for all that follow; either of two by
   * "a|b", none by "".
   */
  through: string[];
  exception?: Exception;
};
/** Where more rows are read than a request usually may, or whole tables, and why. */
export type Exception = { rows: number; scans?: true; why: string };

/** The most that a request reads of tables and indexes together, unless it is an exception. */
export const usual = { rows: 1_000, pages: 1_000 };
/** Of an exception, whose rows lie scattered: each is found by an index and its pages. */
export const pagesForRow = 4;

export const exceptions = {
  search: { rows: 45_000, why: "a search examines 20,000 memberships and their people" },
  thousandListed: { rows: 40_000, scans: true, why: "answers with a thousand organizations or websites" },
  thousand: { rows: 15_000, why: "asks of a thousand memberships what they allow" },
  thousandGone: { rows: 60_000, why: "a thousand memberships go" },
  thousandInvites: { rows: 30_000, why: "a thousand invites are looked through, and half of them withdrawn" },
  pruned: { rows: 20_000, why: "a thousand rows of each kind go, with what belongs to them" },
  folded: { rows: 100_000, why: "thousands of changes go into the tallies" },
  manyDays: { rows: 20_000, why: "adds up the days of two years, and what is not folded yet" },
  thousandCounted: { rows: 100_000, why: "adds up the days of a thousand organizations" },
  thousandPeople: { rows: 60_000, why: "people count once, so all who are counted are read" },
  everybody: { rows: 600_000, scans: true, why: "people count once, so all of the service are read" },
  websiteGone: { rows: 150_000, why: "ten thousand memberships go with it" },
  organizationGone: { rows: 900_000, scans: true, why: "everything of the organization goes" },
} satisfies Record<string, Exception>;

/** One case. */
export const ask = (
  route: string,
  name: string,
  request: Case["request"],
  through: string[] = [],
  exception?: Exception,
): Case => ({ route, name, request, through, ...(exception && { exception }) });
