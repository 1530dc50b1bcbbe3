-- The audit trail is read by those who may, and written by the triggers alone: no login of the Worker adds, changes or
-- deletes a line of it.
alter table audit_event enable row level security;

create policy audit_event_read on audit_event for select to app_tenant
  using (org_id in (select app.my_orgs('audit:read')));

grant select on audit_event to app_tenant;
