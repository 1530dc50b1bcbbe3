insert into "version" (version, description)
values ('0.5.0', 'A contract to adopt, and promises kept under attack');
