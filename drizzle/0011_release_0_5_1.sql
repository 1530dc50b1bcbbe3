insert into "version" (version, description)
values ('0.5.1', 'A link to reset a password is its address''s');
