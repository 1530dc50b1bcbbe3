// The statistics' answers by the path that the Worker takes: entered, in a transaction that only reads, page by page.
import pg from "pg";
import type { Answer, Caller, List, ListQuestion, Moment, Question, Row } from "./questions.ts";

type KeyedRow = Row & { role: string; scope: string; org_id: number; role_id: number };
type Outcome = { rows: KeyedRow[]; resume_after?: number | null };
type Value = string | number | null;
type Trip = (call: string) => Promise<Outcome>;

const noRoleAfter = 2_147_483_647;
/** What only a big service meets: how many organizations are looked at in one step, in one request, one by one. */
const limits = [
  ["app.org_role_wise_users", "_step integer := ", 64, 1],
  ["app.org_role_wise_users", "_most constant integer := ", 5000, 2],
  ["app.members_near_midnight", "_most constant integer := ", 4000, 0],
] as const;

/** Makes these limits small for whoever is `crowded`. */
export async function layLimits(owner: pg.Client): Promise<void> {
  for (const [name, declared, usual, few] of limits) {
    const { rows } = await owner.query<{ text: string }>("select pg_get_functiondef($1::regproc) as text", [
      name,
    ]);
    const text = rows[0]?.text ?? "";
    if (!text.includes(`${declared}${usual};`))
      throw new Error(`${name} has no ${declared}${usual} any more`);
    const either = `case when current_setting('history.crowded', true) = 'true' then ${few} else ${usual} end;`;
    await owner.query(text.replace(`${declared}${usual};`, `${declared}${either}`));
  }
}

export async function ask(
  service: pg.Client,
  moment: Moment,
  caller: Caller,
  question: Question,
): Promise<Answer> {
  const trip: Trip = (call) => request(service, moment, caller, call);
  try {
    if (question.about !== "membership_growth") return await askPages(trip, question);
    const { orgId, interval, timeZone, from, to, status } = question;
    return (await trip(callOf("membership_growth", [orgId, interval, timeZone, from, to, status]))).rows;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || !error.code?.startsWith("TN")) throw error;
    return `${error.code} ${error.constraint}`;
  }
}

/** A page shows `limit` rows; that there is one more says that there is a page after it, and so may the database. */
async function askPages(trip: Trip, question: ListQuestion): Promise<Row[]> {
  const { about, orgId, from, to, status, limit } = question;
  const all: KeyedRow[] = [];
  let after: Value[] | null = about === "org_wise_members" ? [null] : [null, null];
  while (after) {
    const { rows, resume_after } = await trip(callOf(about, [orgId, from, to, status, ...after, limit]));
    all.push(...rows.slice(0, limit));
    const resumed = resume_after ? [resume_after, noRoleAfter] : null;
    after = rows.length > limit ? keyOf(about, all.at(-1) as KeyedRow) : resumed;
  }
  return all.map(({ role_id, ...shown }) => shown);
}

function keyOf(about: List, { role, scope, org_id, role_id }: KeyedRow): Value[] {
  if (about === "role_wise_users") return [role, scope];
  return about === "org_wise_members" ? [org_id] : [org_id, role_id];
}

const literal = (value: Value) => (typeof value === "string" ? pg.escapeLiteral(value) : String(value));
const callOf = (about: string, values: Value[]) => `app.${about}(${values.map(literal).join(", ")})`;

async function request(service: pg.Client, moment: Moment, caller: Caller, call: string): Promise<Outcome> {
  const { userId, sessionId, tokenOrg } = caller;
  try {
    const results = (await service.query(`begin isolation level repeatable read read only;
      select set_config('history.now', '${moment.now}', true), set_config('history.crowded', '${moment.crowded}', true);
      select set_config('role', 'app_tenant', true) from app.enter(${sessionId}, ${userId}, ${tokenOrg}, 'request', '');
      select ${call} as outcome;
      commit`)) as unknown as pg.QueryResult<{ outcome: Outcome }>[];
    const outcome = results[3]?.rows[0]?.outcome;
    if (!outcome) throw new Error("the statement has no outcome");
    return outcome;
  } catch (error) {
    await service.query("rollback");
    throw error;
  }
}
