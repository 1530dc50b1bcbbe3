insert into "version" (version, description)
values ('0.2.0', 'Organizations, members, roles, websites and the audit trail');
