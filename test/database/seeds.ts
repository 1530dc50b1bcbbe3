// Rows that a database may hold right after each migration, by the migration's name: what later ones must carry over.
// A migration that makes a table brings rows for it here.
export const seeds: Record<string, string> = {
  "0000_tables": `
    insert into organisation (name, settings) values ('Acme', '{"colour": "red"}'), ('Globex', '{}');
    insert into "user" (email, password) values ('ann@example.com', 'hash'), ('bob@example.com', 'hash');
    insert into role (org_id, name, scope, permissions, system)
      select o.id, r.name, r.scope, array['organization:read'], true
      from organisation o, (values ('owner', 'organization'), ('website_user', 'website')) r (name, scope);
    insert into member (org_id, user_id, role_id)
      select r.org_id, u.id, r.id from role r, "user" u where r.scope = 'organization';
    insert into website (org_id, name, url) select id, 'Shop', 'https://shop.example' from organisation;
    insert into website_member (website_id, org_id, user_id, role_id)
      select w.id, w.org_id, u.id, r.id
      from website w join role r on r.org_id = w.org_id and r.scope = 'website', "user" u;
    insert into session (user_id, expires_at) select id, 4102444800000 from "user";
    insert into refresh_token (hash, session_id, issued_at, expires_at)
      select 'refresh ' || id, id, 0, 4102444800000 from session;
    insert into mail_token (hash, kind, user_id, expires_at) select 'mail ' || id, 'verify', id, 4102444800000 from "user";
    insert into outbox (template, recipient) values ('verify-email', 'ann@example.com');
    insert into attempt (subject, attempted_at, last_at) values ('ann', '{1, 2}', 2);
    insert into idempotency_key (key, fingerprint, answer) values ('key', 'fingerprint', '{"outcome": "created"}');`,
  "0002_audit": `
    insert into audit_event (org_id, actor_id, action, target_type, target_id, after)
      select m.org_id, m.user_id, 'member.created', 'member', m.user_id, '{"status": "active"}' from member m;
    insert into audit_event (action, target_type, target_id) select 'user.created', 'user', id from "user";`,
  "0004_invites": `
    insert into invite (token, user_id, org_id, website_id, email, role_id, state, lifetime_ms, expires_at, settled_at)
      select state || ' ' || r.id, u.id, r.org_id, w.id, 'new@example.com', r.id, state, 600000, 4102444800000, settled_at
      from role r left join website w on r.scope = 'website' and w.org_id = r.org_id,
        (select id from "user" order by id limit 1) u,
        (values ('pending', null), ('accepted', 1), ('revoked', 1)) s (state, settled_at);
    update "user" set origin = '{"ip": "192.0.2.1"}' where email = 'bob@example.com';
    insert into mail_token (hash, kind, user_id, expires_at) select 'reset ' || id, 'reset', id, 4102444800000 from "user";`,
  "0006_statistics": `
    insert into past_member (org_id, status, joined_at, left_at) select id, 1, 86400000, 90000000 from organisation;
    insert into gone_members (joined_day, joined_at, status, left_at) values (1, '{86400000}', 0, 90000000);
    insert into member_change (org_id, role_id, status, at, members, joined, ended)
      select id, null, 1, 90000000, 0, 0, 1 from organisation;
    insert into member_tally (org_id, day, role_id, status, members)
      select org_id, 20000, role_id, 0, count(*) from member group by 1, 3;
    insert into growth_tally (org_id, hours, slot, status, joined, ended)
      select id, 24, 1, 1, 1, 0 from organisation union all select null, 24, 1, 1, count(*), 0 from organisation;`,
  "0008_throttle": `
    insert into throttle (subject, slots, counts, expires_at) values ('sign_ups from a network', '{1, 2}', '{3, 4}', 2);`,
};
