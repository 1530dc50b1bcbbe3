// Every way in which somebody ceases to be an active owner of an organization: by themselves, by another owner, or by
// the hand of whoever owns the database.
import type { Statement } from "./society.ts";
import type { Person, Tenant } from "./tenants.ts";

export type Way = {
  name: string;
  by: "self" | "other" | "database";
  /** Not inside the organization: the person's own account. */
  outside?: boolean;
  effect(whom: Person, tenant: Tenant): Statement;
};

const where = "where user_id = $1 and org_id = $2";
const change = (set: string) => (whom: Person, tenant: Tenant) => ({
  text: `update member set ${set} ${where}`,
  values: [whom.userId, tenant.orgId],
});
const demote = (whom: Person, tenant: Tenant) => change(`role_id = ${tenant.roles.admin}`)(whom, tenant);
const suspend = change("status = 1");
const remove = (whom: Person, tenant: Tenant) => ({
  text: `delete from member ${where}`,
  values: [whom.userId, tenant.orgId],
});
const ofUser = (text: string) => (whom: Person) => ({ text, values: [whom.userId] });

export const ways: Way[] = [
  { name: "is demoted by another owner", by: "other", effect: demote },
  { name: "is suspended by another owner", by: "other", effect: suspend },
  { name: "is removed by another owner", by: "other", effect: remove },
  { name: "steps down", by: "self", effect: demote },
  { name: "suspends themselves", by: "self", effect: suspend },
  { name: "leaves", by: "self", effect: remove },
  {
    name: "deletes their account",
    by: "self",
    outside: true,
    effect: () => "select app.delete_account(1, 0) as outcome",
  },
  { name: "is demoted by hand", by: "database", effect: demote },
  { name: "is suspended by hand", by: "database", effect: suspend },
  { name: "is removed by hand", by: "database", effect: remove },
  {
    name: "is suspended as a user",
    by: "database",
    effect: ofUser('update "user" set status = 1 where id = $1'),
  },
  { name: "is deleted as a user", by: "database", effect: ofUser('delete from "user" where id = $1') },
];

export const succeeded = (outcome: string) => ["done 1", "deleted"].includes(outcome);

/** The active owners of an organization: memberships and accounts. */
export const activeOwners = `
  select m.user_id from member m join role r on r.id = m.role_id join "user" u on u.id = m.user_id
  where m.org_id = $1 and r.system and r.name = 'owner' and m.status = 0 and u.status = 0`;
