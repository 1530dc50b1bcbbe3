// What is in the database and in the mailbox, beside what the clients were told: nothing is missing, nothing is there twice.
import type { Scene } from "../faults/scene.ts";
import type { Organization, Person, World } from "./world.ts";

const sorted = (lines: string[]) => lines.sort().join(", ");

/** Every difference, in a sentence. */
export async function differences(scene: Scene, world: World): Promise<string[]> {
  const found: string[] = [];
  for (const person of world.people) found.push(...(await ofPerson(scene, person)));
  for (const organization of world.organizations) found.push(...(await ofOrganization(scene, organization)));
  return [...found, ...(await ofMails(scene, world))];
}

async function ofPerson({ query }: Scene, person: Person): Promise<string[]> {
  const { email, userId, alive, profile, signUps } = person;
  const rows = await query(
    `select u.id, u.profile, u.email_verified_at is not null as verified, u.status,
      (select count(*)::int from session where user_id = u.id) as sessions,
      (select count(*)::int from outbox where recipient = u.email and template = 'login-alert') as alerts,
      (select count(*)::int from outbox where recipient = u.email and template = 'verify-email') as confirmations
     from "user" u where lower(email) = lower($1)`,
    [email],
  );
  if (!alive) return rows.length === 0 ? [] : [`${email}: there is an account`];
  const [row, ...more] = rows;
  if (!row || more.length > 0) return [`${email}: ${rows.length} accounts`];
  const wanted = JSON.stringify([userId, Object.entries(profile).sort(), true, 0, signUps, row.sessions]);
  const is = JSON.stringify([
    row.id,
    Object.entries(row.profile).sort(),
    row.verified,
    row.status,
    row.confirmations,
    row.alerts,
  ]);
  return wanted === is ? [] : [`${email}: ${is}, not ${wanted}`];
}

async function ofOrganization({ query }: Scene, organization: Organization): Promise<string[]> {
  const { orgId, alive, members, guests, websites, roles, invites } = organization;
  const [there] = await query("select id from organisation where id = $1", [orgId]);
  if (!alive) return there ? [`organization ${orgId} is there`] : [];
  if (!there) return [`organization ${orgId} is not there`];
  const [row] = await query(
    `select
      array(select concat_ws(' ', u.email, r.name, m.status) from member m join "user" u on u.id = m.user_id
        join role r on r.id = m.role_id where m.org_id = $1) as members,
      array(select concat_ws(' ', u.email, r.name) from website_member m join "user" u on u.id = m.user_id
        join role r on r.id = m.role_id where m.org_id = $1) as guests,
      array(select concat_ws(' ', id, name) from website where org_id = $1) as websites,
      array(select name from role where org_id = $1 and not system) as roles,
      array(select concat_ws(' ', i.id, i.email, i.state, (select count(*) from outbox
        where template = 'invitation' and (params ->> 'invite_id')::integer = i.id))
        from invite i where org_id = $1) as invites`,
    [orgId],
  );
  const wanted: Record<string, string[]> = {
    members: [...members].map(([{ email }, { role, status }]) => `${email} ${role} ${status}`),
    guests: [...guests].map(([{ email }, role]) => `${email} ${role}`),
    websites: [...websites].map(([id, name]) => `${id} ${name}`),
    roles: [...roles],
    // Each with one mail.
    invites: [...invites].map(([id, { email, state }]) => `${id} ${email} ${state} 1`),
  };
  return Object.entries(wanted).flatMap(([what, lines]) =>
    sorted(lines) === sorted(row[what])
      ? []
      : [`organization ${orgId}, ${what}: ${sorted(row[what])}; not ${sorted(lines)}`],
  );
}

/** Each row is one mail in the mailbox; one that was withdrawn may have been on its way. */
async function ofMails({ query, inbox }: Scene, world: World): Promise<string[]> {
  const response = await fetch(`${inbox.url}/inbox.json`);
  const { data } = (await response.json()) as { data: { to: string }[] };
  const mails = Map.groupBy(data, ({ to }) => to);
  const rows = await query(
    `select recipient, count(*)::int as most, count(*) filter (where failed_at is null)::int as least,
       count(*) filter (where sent_at is null and failed_at is null)::int as waiting,
       count(*) filter (where failed_at is not null and last_error <> 'withdrawn')::int as lost
     from outbox group by 1`,
  );
  const known = new Map(rows.map((row) => [row.recipient, row]));
  return world.people.flatMap(({ email }) => {
    const { most = 0, least = 0, waiting = 0, lost = 0 } = known.get(email) ?? {};
    const arrived = mails.get(email)?.length ?? 0;
    const fits = arrived >= least && arrived <= most && waiting === 0 && lost === 0;
    return fits
      ? []
      : [`${email}: ${arrived} mails of ${least} to ${most}, ${waiting} waiting, ${lost} lost`];
  });
}
