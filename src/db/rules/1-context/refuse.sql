-- Ends the transaction with an error of ours: SQLSTATE TN<status>, and the code as the constraint's name. Of a 429 the
-- detail says when to try again.
create function app.refuse(_status integer, _code text, _retry_after_seconds integer default null) returns void
language plpgsql
as $$
begin
  raise exception 'refused: %', _code
    using errcode = 'TN' || _status, constraint = _code, detail = coalesce(_retry_after_seconds::text, '');
end $$;
