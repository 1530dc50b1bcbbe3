// A database as a service of ten thousand customers would have it; one customer is half of it, one has ten thousand
// websites. What is theirs comes last, so that whoever looks for it from a table's beginning reads everybody's. Written
// by the owner in a few statements, without triggers.
import type pg from "pg";
import { historyOf } from "./history.ts";

export const size = {
  organizations: 10_000,
  users: 300_000,
  /** In the first organization; as many are spread over the others. */
  members: 100_000,
  /** Who left the first organization within two years; as many left the others. */
  pastMembers: 30_000,
  /** Changes of members that the cron has not folded yet. */
  freshChanges: 2_000,
  /** Of its own, in the first organization. */
  roles: 2_000,
  /** Of the second organization. Its first has as many guests. */
  websites: 10_000,
  auditEvents: 300_000,
  /** To the first organization, and to the website of as many guests; half of them pending. */
  invites: 100_000,
  websiteInvites: 50_000,
  sentMails: 300_000,
  waitingMails: 1_000,
};

/** Seeded under these ids. */
export const hugeOrg = 1;
export const websiteOrg = 2;
/** The first of its websites. */
export const hugeWebsite = size.organizations;

/** Where somebody is who is in a thousand organizations, and one of them. */
export const thousandOrgs = Array.from({ length: 1000 }, (_, i) => i + 3);
export const oneOfThousand = 500;
/** Of the second organization's websites, in SQL. */
export const thousandWebsites = `w.org_id = ${websiteOrg} and w.id % 10 = 0`;

/** Those with rules. */
export const tables = ["organisation", '"user"', "role", "member", "website", "website_member", "invite"];
/** Admins of the huge organization, who sent its invites. */
export const inviters = Array.from({ length: 99 }, (_, i) => 1000 * (i + 1));
const day = 86_400_000;
const now = Date.now();
export const firstEventAt = now - 30 * day;
/** Members have come over two years, to the last day. */
export const firstMemberAt = now - 730 * day;
const joinedAt = `${firstMemberAt} + n * ${Math.floor((730 * day) / size.members)}::bigint`;

const rows: string[] = [
  `insert into "user" (email, password, profile, email_verified_at)
   select 'user-' || n || '@example.com', 'none', jsonb_build_object('name', 'Person ' || n), 0
   from generate_series(1, ${size.users}) n`,

  `insert into organisation (name, settings)
   select 'Organization ' || n, '{"details": "seeded"}' from generate_series(1, ${size.organizations}) n`,
  `insert into role (org_id, name, scope, description, permissions, system)
   select o.id, s.name, s.scope, s.description, s.permissions, true
   from organisation o, app.system_roles() s order by o.id`,
  // Held by the last ten members of the huge organization.
  `insert into role (org_id, name, scope, permissions)
   values (${hugeOrg}, 'Auditor', 'organization', '{organization:read,audit:read}')`,
  `insert into role (org_id, name, scope, permissions)
   select ${hugeOrg}, 'Team ' || n, 'organization', '{member:read}' from generate_series(1, ${size.roles}) n`,

  // About ten in every other organization, the first of them its owner.
  `insert into member (org_id, user_id, role_id, system_role, created_at)
   select o.id, ${size.members} + n, r.id, app.system_role_of(r.name, r.system), ${joinedAt}
   from generate_series(1, ${size.members}) n
     join organisation o on o.id = 2 + (n - 1) % (${size.organizations} - 1)
     join role r on r.org_id = o.id and r.name = case when n < ${size.organizations} then 'owner' else 'member' end
   order by n`,
  // One owner, some admins, the rest members; one in a hundred is suspended.
  `insert into member (org_id, user_id, role_id, system_role, status, created_at)
   select ${hugeOrg}, n, r.id, app.system_role_of(r.name, r.system), (n % 100 = 50)::integer, ${joinedAt}
   from generate_series(1, ${size.members}) n join role r on r.org_id = ${hugeOrg} and r.name = case
     when n = ${size.members} then 'owner' when n > ${size.members} - 10 then 'Auditor' when n % 1000 = 0 then 'admin' else 'member' end
   order by n`,

  `insert into website (org_id, name, url)
   select o.id, 'Shop', 'https://shop.example' from organisation o where o.id <> ${websiteOrg} order by o.id`,
  `insert into website (org_id, name, url)
   select ${websiteOrg}, 'Shop ' || n, 'https://shop-' || n || '.example' from generate_series(1, ${size.websites}) n`,
  // Guests: two of every website, ten thousand of one.
  `insert into website_member (website_id, org_id, user_id, role_id, system_role)
   select w.id, w.org_id, 2 * ${size.members} + 20000 + 2 * w.id + n, r.id, app.system_role_of(r.name, r.system)
   from website w join role r on r.org_id = w.org_id and r.name = 'website_admin', generate_series(0, 1) n
   where w.id <> ${hugeWebsite} order by w.id`,
  `insert into website_member (website_id, org_id, user_id, role_id, system_role)
   select w.id, w.org_id, 2 * ${size.members} + n, r.id, app.system_role_of(r.name, r.system)
   from generate_series(1, ${size.websites}) n join website w on w.id = ${hugeWebsite}
     join role r on r.org_id = w.org_id and r.name = 'website_user' order by n`,

  ...historyOf({ ...size, hugeOrg, firstMemberAt }),

  // Two thirds in the huge organization.
  `insert into audit_event (org_id, actor_id, action, target_type, target_id, before, after, created_at)
   select case when n % 3 = 0 then 2 + n % (${size.organizations} - 1) else ${hugeOrg} end, 1 + n % 1000,
     (array['member.created', 'member.updated', 'role.created', 'website.updated'])[1 + n % 4], 'member', n,
     '{"role": "member"}', '{"role": "admin"}', ${firstEventAt} + n * 1000
   from generate_series(1, ${size.auditEvents}) n`,

  `insert into session (user_id, user_agent, expires_at)
   select n, 'Mozilla/5.0', ${now + 30 * day} from generate_series(1, 200000) n`,
  `insert into refresh_token (hash, session_id, issued_at, expires_at)
   select 'seeded ' || id, id, 0, expires_at from session`,
  `insert into mail_token (hash, kind, user_id, address, expires_at, spent_at)
   select kind || n, kind, case kind when 'verify' then n end, case kind when 'reset' then md5(n::text) end,
     ${now + day} - n % 10 * ${day}, case when n % 2 = 0 then 0 end
   from generate_series(1, 100000) n, unnest('{verify,reset}'::text[]) kind`,
  // Sent over two months. What waits is due, and not the newest.
  `insert into outbox (template, recipient, params, sent_at, failed_at, secrets, created_at)
   select 'invitation', 'invited-' || n || '@example.com', '{"role": "member"}', at, null, null, at
   from generate_series(1, ${size.sentMails}) n, lateral (select ${now - 60 * day} + n * 17000::bigint as at) t`,
  `insert into outbox (template, recipient, secrets, next_attempt_at, created_at)
   select 'invitation', 'waiting-' || n || '@example.com', 'sealed', ${now - day} + n, ${now - day} + n
   from generate_series(1, ${size.waitingMails}) n`,
  // Of every organization a few: pending, expired, settled, and settled long ago.
  `insert into invite (token, user_id, org_id, email, role_id, state, settled_at, lifetime_ms, expires_at, mail_id)
   select 'some ' || n, null, o.id, 'invited-' || n || '@example.com', r.id, s.state, s.settled_at, 600000, s.expires_at, n
   from generate_series(1, 4 * ${size.organizations}) n join organisation o on o.id = 1 + n % ${size.organizations}
     join role r on r.org_id = o.id and r.name = 'member'
     join (values (0, 'pending', null, ${now + day}), (1, 'pending', null, ${now - day}),
       (2, 'accepted', ${now - day}, ${now - day}), (3, 'revoked', ${now - 40 * day}, ${now - 40 * day})
     ) s (kind, state, settled_at, expires_at) on s.kind = n / ${size.organizations} % 4
   order by n`,
  ...[
    // One of its roles stands in settled ones alone, and one in a single pending one.
    `select 'huge ' || n, 1000 * (1 + n % ${inviters.length}), ${hugeOrg}, null::integer, r.id, n
     from generate_series(1, ${size.invites}) n join role r on r.org_id = ${hugeOrg}
       and r.name = case when n % 10 = 1 then 'Team 1' when n = 12 then 'Team 2' else 'member' end`,
    `select 'site ' || n, ${size.members + 1}, ${websiteOrg}, ${hugeWebsite}, r.id, n
     from generate_series(1, ${size.websiteInvites}) n join role r on r.org_id = ${websiteOrg} and r.name = 'website_user'`,
  ].map(
    (select) => `with made (token, user_id, org_id, website_id, role_id, n) as (${select})
     insert into invite (
       token, user_id, org_id, website_id, email, role_id, state, settled_at, lifetime_ms, expires_at, mail_id)
     select token, user_id, org_id, website_id, 'newcomer-' || n || '@example.com', role_id,
       (array['pending', 'accepted', 'pending', 'revoked'])[1 + n % 4], case when n % 2 = 1 then ${now} end, 600000,
       ${now + day}, ${size.sentMails} - n
     from made order by n`,
  ),
  `insert into attempt (subject, attempted_at, last_at)
   select 'seeded ' || n, '{1}', ${now} from generate_series(1, 50000) n`,
  `insert into throttle (subject, slots, counts, expires_at)
   select 'seeded ' || n, '{1}', '{1}', ${now + day} from generate_series(1, 50000) n`,
  `insert into idempotency_key (key, fingerprint, answer)
   select 'seeded ' || n, 'seeded', '{}' from generate_series(1, 50000) n`,
];

export async function seed(owner: pg.Client): Promise<void> {
  await eachTable(owner, "disable trigger user");
  for (const statement of rows) await owner.query(statement);
  await eachTable(owner, "enable trigger user");
  await owner.query("vacuum analyze");
}

async function eachTable(owner: pg.Client, change: string): Promise<void> {
  for (const table of tables) await owner.query(`alter table ${table} ${change}`);
}
