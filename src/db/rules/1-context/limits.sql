-- What the Worker says of a request before it runs a flow: {network, and the limits of its configuration}, in the setting
-- `app.limits`. What it does not say is not limited (the Worker of an older release, the command line).
create function app.limit_of(_name text) returns integer
language sql stable
as $$ select (nullif(current_setting('app.limits', true), '')::jsonb ->> _name)::integer $$;

-- The client's network, a keyed hash: an IPv4 address, or the /64 of an IPv6 one (src/http/network.ts).
create function app.network() returns text
language sql stable
as $$ select nullif(current_setting('app.limits', true), '')::jsonb ->> 'network' $$;

-- An address where it is only counted.
create function app.address_hash(_email text) returns text
language sql immutable
as $$ select encode(sha256(convert_to(lower(_email), 'UTF8')), 'hex') $$;
