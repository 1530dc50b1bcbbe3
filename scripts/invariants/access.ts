// Accounts, sessions, tokens, mails: nothing lives on that was used, replaced or ended, and no secret outlives its use.
import { type Check, nowMs } from "./check.ts";

const accounts: Check[] = [
  {
    name: "password_not_hashed",
    rule: "A password is a hash that names how it was made.",
    query: String.raw`select id from "user" where password !~ '^\$pbkdf2-sha256-chain\$v=1,i=\d+\$[\w-]{22}\$[\w-]{43}$'`,
  },
  {
    name: "verified_with_origin",
    rule: "Where an account was made is forgotten once its address is confirmed.",
    query: `select id from "user" where email_verified_at is not null and origin <> '{}'`,
  },
  {
    name: "unverified_platform_admin",
    rule: "A platform admin has a confirmed address.",
    query: `select id from "user" where platform_admin and email_verified_at is null`,
  },
];

const sessions: Check[] = [
  {
    name: "session_of_suspended_user",
    rule: "A suspended person has no living session.",
    query: `select s.id, s.user_id from session s join "user" u on u.id = s.user_id
      where u.status <> 0 and s.ended_at is null and s.expires_at > ${nowMs}`,
  },
  {
    name: "session_end_wrong",
    rule: "A session that ended says why, and one that lives does not.",
    query: "select id from session where (ended_at is null) <> (end_reason is null)",
  },
  {
    name: "session_too_long",
    rule: "A session lasts 30 days at most.",
    // Its two instants are read one after the other.
    query: "select id from session where expires_at > created_at + 30::bigint * 86400000 + 60000",
  },
];

const refreshTokens: Check[] = [
  {
    name: "refresh_token_two_living",
    rule: "Of a session's refresh tokens one at most is unspent.",
    query:
      "select session_id, count(*) from refresh_token where spent_at is null group by 1 having count(*) > 1",
  },
  {
    name: "refresh_token_spent_alone",
    rule: "A refresh token is spent for a successor, and has one only then.",
    query:
      "select session_id, spent_at from refresh_token where (spent_at is null) <> (successor_hash is null)",
  },
  {
    name: "refresh_token_two_parents",
    rule: "A refresh token succeeds one other at most.",
    query: `select min(session_id) as session_id, count(*) from refresh_token where successor_hash is not null
      group by successor_hash having count(*) > 1`,
  },
  {
    name: "refresh_token_of_two_sessions",
    rule: "A refresh token and its successor are of one session.",
    query: `select t.session_id, s.session_id as other from refresh_token t
      join refresh_token s on s.hash = t.successor_hash where s.session_id <> t.session_id`,
  },
  {
    name: "refresh_token_outlives_session",
    rule: "No refresh token lives longer than its session.",
    query: `select t.session_id from refresh_token t join session s on s.id = t.session_id
      where t.expires_at > s.expires_at`,
  },
];

const living = `t.spent_at is null and t.expires_at > ${nowMs}`;

const mailTokens: Check[] = [
  {
    name: "mail_token_two_living",
    rule: "Of links to confirm an account, or to reset whichever has an address, one at most is alive.",
    query: `select t.user_id, t.address, count(*) from mail_token t where ${living} group by 1, 2 having count(*) > 1`,
  },
  {
    name: "mail_token_of_verified",
    rule: "A confirmed account has no living link to confirm it.",
    query: `select t.user_id from mail_token t join "user" u on u.id = t.user_id
      where t.kind = 'verify' and u.email_verified_at is not null and ${living}`,
  },
];

const mails: Check[] = [
  {
    name: "mail_secret_kept",
    rule: "Of a mail that was sent, or given up, no secret is kept.",
    query: `select id, template from outbox where (sent_at is not null or failed_at is not null)
      and (secrets is not null or body is not null)`,
  },
  {
    name: "mail_sent_and_failed",
    rule: "A mail is sent or given up, not both.",
    query: "select id, template from outbox where sent_at is not null and failed_at is not null",
  },
  {
    name: "mail_without_link",
    rule: "A mail with a link that waits still has the link.",
    query: `select id, template from outbox where sent_at is null and failed_at is null and secrets is null
      and template in ('verify-email', 'reset-password', 'invitation')`,
  },
  {
    name: "mail_forgotten",
    rule: "No mail waits for longer than a day: by then it is sent or given up.",
    query: `select id, template, attempts from outbox where sent_at is null and failed_at is null
      and created_at < ${nowMs} - 25::bigint * 3600000`,
  },
];

const idempotencyKeys: Check[] = [
  {
    name: "idempotency_key_unanswered",
    rule: "A kept Idempotency-Key has the answer of what was done.",
    query: `select created_at, answer ->> 'outcome' as outcome from idempotency_key
      where answer is null or answer ->> 'outcome' <> 'created'`,
  },
  {
    name: "idempotency_key_with_mail",
    rule: "A kept answer holds no mail.",
    query: "select created_at from idempotency_key where answer ? 'mail'",
  },
];

export const accessHolds: Check[] = [
  ...accounts,
  ...sessions,
  ...refreshTokens,
  ...mailTokens,
  ...mails,
  ...idempotencyKeys,
];
