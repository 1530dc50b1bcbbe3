// Two ways to see the same rows. A plan made for any value goes by averages: in a service of ten organizations each seems
// to hold a tenth of every table, and reading one from its beginning seems as good as an index.
import type pg from "pg";

export const shapes = ["ten thousand organizations", "ten organizations, to the planner"] as const;
export type Shape = (typeof shapes)[number];

const columns = {
  org_id: ["role", "member", "website", "website_member", "invite", "audit_event"],
  role_id: ["member", "website_member", "invite"],
};

export async function takeShape(owner: pg.Client, shape: Shape): Promise<void> {
  if (shape === "ten organizations, to the planner") {
    for (const [column, tables] of Object.entries(columns)) {
      for (const table of tables) {
        await owner.query(`alter table ${table} alter column ${column} set (n_distinct = 10)`);
      }
    }
  }
  await owner.query("vacuum analyze");
}
