-- Who is removed from an organization loses its websites too. (While they are suspended, the guards see to that.)
create function app.member_websites() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  -- Of an organization that is being deleted, they go with it.
  delete from website_member w using gone g
  where w.user_id = g.user_id and w.org_id = g.org_id
    and exists (select from organisation o where o.id = g.org_id);
  return null;
end $$;

-- Named to come before member_invites_*: website memberships are locked before invites, everywhere.
create trigger member_gone_from_websites after delete on member referencing old table as gone
  for each statement execute function app.member_websites();
