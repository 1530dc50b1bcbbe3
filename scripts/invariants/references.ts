// No orphan rows: whatever a row points at is there, by foreign key or (an invite's mail, a token's successor) by our word.
import { type Check, nowMs } from "./check.ts";

export type Reference = {
  child: string;
  key: string;
  columns: string[];
  parent: string;
  parentColumns: string[];
};

const to = (
  child: string,
  key: string,
  columns: string,
  parent: string,
  parentColumns = "id",
): Reference => ({
  ...{ child, key, columns: columns.split(", ") },
  ...{ parent, parentColumns: parentColumns.split(", ") },
});

/** Every foreign key of the schema, written down once more: one that is dropped is still looked after. */
export const references: Reference[] = [
  to("role", "id", "org_id", "organisation"),
  to("member", "id", "org_id", "organisation"),
  to("member", "id", "user_id", "user"),
  to("member", "id", "role_id, org_id, role_scope", "role", "id, org_id, scope"),
  to("website", "id", "org_id", "organisation"),
  to("website_member", "id", "user_id", "user"),
  to("website_member", "id", "website_id, org_id", "website", "id, org_id"),
  to("website_member", "id", "role_id, org_id, role_scope", "role", "id, org_id, scope"),
  to("invite", "id", "org_id", "organisation"),
  to("invite", "id", "user_id", "user"),
  to("invite", "id", "website_id, org_id", "website", "id, org_id"),
  to("invite", "id", "role_id, org_id, role_scope", "role", "id, org_id, scope"),
  to("session", "id", "user_id", "user"),
  to("refresh_token", "session_id", "session_id", "session"),
  to("mail_token", "user_id", "user_id", "user"),
  to("member_tally", "org_id", "org_id", "organisation"),
  to("growth_tally", "slot", "org_id", "organisation"),
];

function orphans({ child, key, columns, parent, parentColumns }: Reference): Check {
  const there = columns.map((column) => `c.${column} is not null`).join(" and ");
  const same = columns.map((column, i) => `p.${parentColumns[i]} = c.${column}`).join(" and ");
  const shown = [...new Set([key, ...columns])].map((column) => `c.${column}`).join(", ");
  return {
    name: `orphan_${child}_${columns[0]?.replace(/_id$/, "")}`,
    rule: `What ${child}.(${columns.join(", ")}) points at is there.`,
    query: `select ${shown} from "${child}" c where ${there}
      and not exists (select from "${parent}" p where ${same})`,
  };
}

const dayMs = 86_400_000;

export const noOrphans: Check[] = [
  ...references.map(orphans),
  {
    name: "orphan_refresh_token_successor",
    rule: "The successor of a spent refresh token that has not expired is there.",
    query: `select t.session_id, t.spent_at from refresh_token t where t.successor_hash is not null
      and t.expires_at > ${nowMs} and not exists (select from refresh_token s where s.hash = t.successor_hash)`,
  },
  {
    name: "orphan_invite_mail",
    rule: "A pending invite has a mail, which is kept for 30 days.",
    query: `select i.id, i.mail_id from invite i where i.state = 'pending' and i.expires_at > ${nowMs}
      and (i.mail_id is null or i.expires_at - i.lifetime_ms > ${nowMs} - ${29 * dayMs})
      and not exists (select from outbox o where o.id = i.mail_id)`,
  },
  {
    name: "childless_organization",
    rule: "An organization has members.",
    query: "select o.id from organisation o where not exists (select from member m where m.org_id = o.id)",
  },
];
