-- Who got another role, or was removed, is told by mail: a row of the transaction that did it, whatever the path. Not
-- what people do to themselves, what follows from something else (the end of an organization, of a website), or what
-- nobody does who has entered.
create function app.notify(_template text, _row jsonb, _params jsonb default '{}') returns void
language plpgsql volatile security definer set search_path = public, pg_temp
as $$
begin
  perform app.post_notice(_template, u.email, _params || jsonb_build_object(
    'organization', o.name,
    'website', (select w.name from website w where w.id = (_row ->> 'website_id')::integer)), true)
  from "user" u, organisation o
  where u.id = (_row ->> 'user_id')::integer and o.id = (_row ->> 'org_id')::integer and u.id <> app.me();
end $$;

create function app.notify_role_changed() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform app.notify('role-changed', to_jsonb(n), jsonb_build_object('role', r.name, 'previous_role', p.name))
  from old_rows o join new_rows n using (id) join role p on p.id = o.role_id join role r on r.id = n.role_id
  where o.role_id <> n.role_id;
  return null;
end $$;

create function app.notify_removed() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform app.notify('removed', to_jsonb(o)) from old_rows o;
  return null;
end $$;

create trigger member_notify_role after update on member referencing old table as old_rows new table as new_rows
  for each statement when (pg_trigger_depth() = 0) execute function app.notify_role_changed();
create trigger member_notify_removed after delete on member referencing old table as old_rows
  for each statement when (pg_trigger_depth() = 0) execute function app.notify_removed();
create trigger website_member_notify_role after update on website_member
  referencing old table as old_rows new table as new_rows
  for each statement when (pg_trigger_depth() = 0) execute function app.notify_role_changed();
create trigger website_member_notify_removed after delete on website_member referencing old table as old_rows
  for each statement when (pg_trigger_depth() = 0) execute function app.notify_removed();
