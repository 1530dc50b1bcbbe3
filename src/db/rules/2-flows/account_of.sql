-- A user as their own sign-in sees them: never the password hash.
create function app.account_of(_user "user") returns jsonb
language sql stable
as $$
  select jsonb_build_object('user_id', _user.id, 'email', _user.email,
    'email_verified', _user.email_verified_at is not null, 'profile', _user.profile)
$$;

-- The organizations in which a user is an active member, oldest membership first.
create function app.organizations_of(_user_id integer) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('org_id', o.id, 'name', o.name, 'role', r.name) order by m.id), '[]')
    from member m join organisation o on o.id = m.org_id join role r on r.id = m.role_id
    where m.user_id = _user_id and m.status = 0);
end $$;
