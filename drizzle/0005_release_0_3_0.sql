insert into "version" (version, description)
values ('0.3.0', 'Invitations, recovery, every e-mail and its outbox');
