-- updated_at follows every change of a row, whichever path made it.
create function app.touch_updated_at() returns trigger
language plpgsql
as $$
begin
  -- A generated column of the new row is still null here, so the rows as a whole always differ.
  if to_jsonb(new) - 'role_scope' is distinct from to_jsonb(old) - 'role_scope' then
    new.updated_at := app.now_ms();
  end if;
  return new;
end $$;

create trigger organisation_touch before update on organisation for each row execute function app.touch_updated_at();
create trigger user_touch before update on "user" for each row execute function app.touch_updated_at();
create trigger role_touch before update on role for each row execute function app.touch_updated_at();
create trigger member_touch before update on member for each row execute function app.touch_updated_at();
create trigger website_touch before update on website for each row execute function app.touch_updated_at();
create trigger website_member_touch before update on website_member
  for each row execute function app.touch_updated_at();
create trigger invite_touch before update on invite for each row execute function app.touch_updated_at();
