/** A statement that makes the row of a mailed link: ($1 its hash, $2 its kind, $3 the account's id, $4 when it expires). */
export const insertMailToken = `insert into mail_token (hash, kind, user_id, address, expires_at)
  select $1, $2::text, case $2::text when 'verify' then id end, case $2::text when 'reset' then app.address_hash(email) end, $4
  from "user" where id = $3`;

/** The links of an account, and of its address: what to put after `from mail_token t join "user" u on`. */
export const itsMailTokens = "(t.user_id = u.id or t.address = app.address_hash(u.email))";
