-- The five roles that every organization is born with. `permissions.ts` holds the same table, by test.
create function app.system_roles()
returns table (name text, scope text, description text, permissions text[])
language sql immutable
as $$
  values
    ('owner', 'organization', 'Everything, including the organization itself and its owners', array[
      'organization:read', 'organization:update', 'organization:delete',
      'member:read', 'member:invite', 'member:update', 'member:remove',
      'role:create', 'role:read', 'role:update', 'role:delete',
      'website:create', 'website:read', 'website:update', 'website:delete', 'website:invite',
      'stats:read', 'audit:read']),
    ('admin', 'organization', 'Runs the organization: members, roles, websites', array[
      'organization:read', 'organization:update',
      'member:read', 'member:invite', 'member:update', 'member:remove',
      'role:create', 'role:read', 'role:update', 'role:delete',
      'website:create', 'website:read', 'website:update', 'website:delete', 'website:invite',
      'stats:read', 'audit:read']),
    ('member', 'organization', 'Works in the organization', array[
      'organization:read', 'organization:update', 'member:read', 'role:read',
      'website:create', 'website:read', 'website:update']),
    ('website_admin', 'website', 'Runs one website and its people', array[
      'website:read', 'website:update', 'website:delete', 'website:invite']),
    ('website_user', 'website', 'Works on one website', array['website:read', 'website:update'])
$$;
