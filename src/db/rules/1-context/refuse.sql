-- Ends the transaction with an error of ours: SQLSTATE TN<status>, and the code as the constraint's name.
create function app.refuse(_status integer, _code text) returns void
language plpgsql
as $$
begin
  raise exception 'refused: %', _code using errcode = 'TN' || _status, constraint = _code;
end $$;
