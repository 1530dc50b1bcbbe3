// The four statistics as somebody asks for them who has entered.
import type pg from "pg";
import { enter, type Person } from "./tenants.ts";

export type Answers = {
  roles: { role: string; scope: string; user_count: number }[];
  members: { org_id: number; organization: string; member_count: number }[];
  holders: { org_id: number; role: string; scope: string; user_count: number }[];
  growth: { start: number; joined: number; left: number; total: number }[];
};

/** By name: about one organization, or (null) about all that the caller may count; growth by days, `to` null: until now. */
export const questions = (orgId: number | null, to: number | null = null): Record<keyof Answers, string> => ({
  roles: `select app.role_wise_users(${orgId}, null, null, null, null, null, 200) as outcome`,
  members: `select app.org_wise_members(${orgId}, null, null, null, null, 200) as outcome`,
  holders: `select app.org_role_wise_users(${orgId}, null, null, null, null, null, 200) as outcome`,
  growth: `select app.membership_growth(${orgId}, 'day', 'UTC', null, ${to}, null) as outcome`,
});

/** Within the caller's transaction. */
export async function answers(client: pg.Client, orgId: number | null, to?: number): Promise<Answers> {
  const all: Partial<Record<keyof Answers, unknown>> = {};
  for (const [name, question] of Object.entries(questions(orgId, to)))
    all[name as keyof Answers] = (await client.query(question)).rows[0].outcome.rows;
  return all as Answers;
}

/** In a transaction of its own; `token`: the one organization that the access token names. */
export async function answersFor(
  client: pg.Client,
  person: Person,
  orgId: number | null = null,
  token: number | null = null,
): Promise<Answers> {
  await client.query("begin read only");
  try {
    await enter(client, person, token);
    return await answers(client, orgId);
  } finally {
    await client.query("rollback");
  }
}
