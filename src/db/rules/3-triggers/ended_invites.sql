-- Who is removed or suspended takes their pending invites along: those that they sent, and those that were sent to them.
-- Of an organization (or website) that is being deleted, the invites go with it; what follows from the end of a membership
-- in the organization, that has seen to already.
create function app.revoke_invites(_org_id integer, _website_id integer, _user_id integer) returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
declare
  _email constant text := (select lower(email) from "user" where id = _user_id);
begin
  update invite set state = 'revoked', settled_at = app.now_ms() where id in (
    select id from invite
    where state = 'pending' and org_id = _org_id and (_website_id is null or website_id = _website_id)
      and (user_id = _user_id or lower(email) = _email)
    order by id for update);
end $$;

create function app.member_invites() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform app.revoke_invites(g.org_id, null, g.user_id)
  from gone g
  where exists (select from organisation o where o.id = g.org_id)
    and not exists (select from member m where m.id = g.id and m.status = 0);
  return null;
end $$;

create function app.website_member_invites() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform app.revoke_invites(g.org_id, g.website_id, g.user_id)
  from gone g
  where exists (select from website w where w.id = g.website_id)
    and not exists (select from website_member w where w.id = g.id and w.status = 0);
  return null;
end $$;

create trigger member_invites_update after update on member referencing old table as gone
  for each statement execute function app.member_invites();
create trigger member_invites_delete after delete on member referencing old table as gone
  for each statement execute function app.member_invites();
create trigger website_member_invites_update after update on website_member referencing old table as gone
  for each statement when (pg_trigger_depth() = 0) execute function app.website_member_invites();
create trigger website_member_invites_delete after delete on website_member referencing old table as gone
  for each statement when (pg_trigger_depth() = 0) execute function app.website_member_invites();

-- An account that ends: before its memberships and its name on its invites go by cascade.
create function app.user_invites() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform from website where id in (select website_id from website_member where user_id = old.id)
  order by id for key share;
  perform from website_member where user_id = old.id order by id for update;
  update invite set state = 'revoked', settled_at = app.now_ms() where id in (
    select id from invite where state = 'pending' and user_id = old.id order by id for update);
  return old;
end $$;

create trigger user_invites before delete on "user" for each row execute function app.user_invites();

-- An invite that is over, or has a newer link: a mail with the old one that still waits is not sent any more. (One that is
-- on its way right now may still arrive; its sender then says so, see settle_mail.) Of an accepted one the mail arrived,
-- whatever we heard of it.
create function app.invite_mail_over() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  _arrived constant boolean := new.state = 'accepted';
  _now constant bigint := app.now_ms();
begin
  update outbox
  set sent_at = case when _arrived then _now end, failed_at = case when not _arrived then _now end,
    last_error = case when not _arrived then 'withdrawn' end, secrets = null, body = null
  where id in (
    select id from outbox
    where id = old.mail_id and sent_at is null and failed_at is null
    for update skip locked);
  if found and new.mail_id = old.mail_id then
    new.delivery_state := case when _arrived then 'sent' else 'failed' end;
    new.delivery_error := case when not _arrived then 'withdrawn' end;
  end if;
  return new;
end $$;

create trigger invite_mail_over before update on invite for each row
  when (old.state = 'pending' and (new.state <> 'pending' or new.mail_id <> old.mail_id))
  execute function app.invite_mail_over();
