-- Every release of the service writes its own row, last.
insert into "version" (version, description)
values ('0.1.0', 'Sign-up, sign-in, sessions with rotating refresh tokens, own account');
