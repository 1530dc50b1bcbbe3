-- Reached through functions alone: no login of the Worker has a grant here, and no policy lets a row through.
alter table refresh_token enable row level security;
alter table mail_token enable row level security;
alter table outbox enable row level security;
alter table attempt enable row level security;
alter table throttle enable row level security;
alter table idempotency_key enable row level security;
alter table past_member enable row level security;
alter table gone_members enable row level security;
alter table member_change enable row level security;
alter table member_tally enable row level security;
alter table growth_tally enable row level security;
