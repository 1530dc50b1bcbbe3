// What people do with their own account: sign up, confirm, sign in and out, refresh, reset, change, delete.
import { Broken, type Told } from "./client.ts";
import { newOrganization, newPerson, type Organization, type Person, type World } from "./world.ts";

/** A repeat is answered as the first time within 10 s; a second is for the way. */
const graceMs = 9_000;

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));

/** What a repeat under the same key says has to be what was said first; another body under it is refused. */
export async function keyed(
  { client, figures }: World,
  request: string,
  ask: { ip: string; token?: string | undefined; json: Record<string, unknown> },
  otherJson: Record<string, unknown>,
): Promise<Told> {
  const key = crypto.randomUUID();
  const told = await client.settle(request, { ...ask, key }, { first: ["201"] });
  const again = await client.settle(request, { ...ask, key }, { first: ["201"] });
  if (JSON.stringify(again.body) !== JSON.stringify(told.body))
    figures.wrong.push(`${request}: a repeat is answered ${JSON.stringify(again.body)}, not as the first`);
  await client.settle(request, { ...ask, json: otherJson, key }, { first: ["idempotency_key_reused"] });
  return told;
}

/** A new person whose address is confirmed, with an organization. */
export async function signUp(world: World): Promise<{ founder: Person; organization: Organization }> {
  const founder = newPerson(world);
  const { email, password, ip } = founder;
  const json = { email, password, organization_name: "Acme" };
  founder.signUps = 1;
  const { body } = await keyed(world, "POST /signup", { ip, json }, { ...json, organization_name: "Globex" });
  Object.assign(founder, { userId: body.user_id, alive: true });
  const organization = newOrganization(world, body.org_id, founder);

  const [token] = await world.mailbox.links(email, "verify-email");
  const verified = { first: ["200"], again: ["token_spent"] };
  await world.client.settle("POST /verify-email", { ip, json: { token } }, verified);
  await signIn(world, founder);
  return { founder, organization };
}

export async function signIn(world: World, person: Person): Promise<void> {
  const { email, password, ip } = person;
  const told = await world.client.settle(
    "POST /signin",
    { ip, json: { email, password } },
    { first: ["200", "too_many_attempts"] },
  );
  // Each lost answer counts as a wrong password until the right one takes it back: enough of them, and one has to wait,
  // or to reset.
  if (told.code === "too_many_attempts") return reset(world, person);
  person.access = told.body.access_token;
  person.refresh = told.body.refresh_token;
}

const over = ["refresh_token_reused", "session_ended"];

export async function refresh(world: World, person: Person): Promise<void> {
  const { ip, refresh: token } = person;
  const ask = { ip, json: { refresh_token: token } };
  const expected = { first: ["200"], again: over };
  const told = await world.client.settle("POST /token/refresh", ask, expected);
  if (over.includes(told.code)) return reused(world, person, told);
  person.access = told.body.access_token;
  person.refresh = told.body.refresh_token;
  if (Date.now() - told.firstAt > graceMs) return;
  const repeat = await world.client.settle("POST /token/refresh", ask, { first: ["200", ...over] });
  if (over.includes(repeat.code)) return reused(world, person, told);
  const [one, other] = [told, repeat].map(({ body }) => claimsOf(body.refresh_token).jti);
  if (one !== other) world.figures.wrong.push("POST /token/refresh: a repeat got another successor");
}

/** Only of a token whose first try is longer ago than the grace: then the session is over, and one signs in again. */
async function reused(world: World, person: Person, { firstAt }: Told): Promise<void> {
  const ageMs = Date.now() - firstAt;
  if (ageMs < graceMs) world.figures.wrong.push(`POST /token/refresh: reused after ${ageMs} ms`);
  await signIn(world, person);
}

export async function look({ client }: World, { ip, access }: Person): Promise<void> {
  await client.settle("GET /me", { ip, token: access }, { first: ["200"] });
}

export async function changeProfile({ client, random }: World, person: Person): Promise<void> {
  const profile = { [`key${random.whole(1, 3)}`]: random.whole(1, 1000) };
  const ask = { ip: person.ip, token: person.access, json: { profile } };
  await client.settle("PATCH /me", ask, { first: ["200"] });
  Object.assign(person.profile, profile);
}

export async function signOutAndIn(world: World, person: Person): Promise<void> {
  const { ip, access } = person;
  const ended = { first: ["204"], again: ["session_ended"] };
  await world.client.settle("POST /signout", { ip, token: access }, ended);
  await world.client.settle("GET /me", { ip, token: access }, { first: ["session_ended"] });
  await signIn(world, person);
}

export async function changePassword(world: World, person: Person): Promise<void> {
  const { ip, access, password } = person;
  const json = { current_password: password, new_password: `${password} more` };
  // After one that was done, the old password is wrong.
  const told = await world.client.settle(
    "POST /me/password",
    { ip, token: access, json },
    { first: ["200", "too_many_attempts"], again: ["invalid_credentials"] },
  );
  if (told.code === "too_many_attempts") return reset(world, person);
  person.password = json.new_password;
  await signIn(world, person);
}

/** By mail. Of several mails only the newest has a living link, and they may come in any order. */
export async function reset(world: World, person: Person): Promise<void> {
  const { client, mailbox } = world;
  const { email, ip, access } = person;
  const known = new Set(await mailbox.linksNow(email, "reset-password"));
  const forgot = () => client.settle("POST /forgot-password", { ip, json: { email } }, { first: ["202"] });
  await forgot();
  const new_password = `${person.password.slice(0, 30)} ${world.random.whole(1, 1e9)}`;
  for (;;) {
    const [token = ""] = await mailbox.links(email, "reset-password", known);
    known.add(token);
    const ask = { ip, json: { token, new_password } };
    const told = await client.settle("POST /reset-password", ask, { first: ["200", "token_spent"] });
    const spentByUs =
      told.code === "token_spent" && told.lost && (await passwordIs(world, person, new_password));
    if (spentByUs === "unknown") await forgot();
    if (told.code !== "200" && spentByUs !== true) continue;
    person.password = new_password;
    if (access) await client.settle("GET /me", { ip, token: access }, { first: ["session_ended"] });
    return signIn(world, person);
  }
}

async function passwordIs(
  { client }: World,
  { email, ip }: Person,
  password: string,
): Promise<boolean | "unknown"> {
  const ask = { ip, json: { email, password } };
  const expected = { first: ["200", "invalid_credentials", "too_many_attempts"] };
  const { code } = await client.settle("POST /signin", ask, expected);
  return code === "too_many_attempts" ? "unknown" : code === "200";
}

/** Done, or refused because of these organizations. */
export async function deleteMe(world: World, person: Person, soleOwnerOf: number[] = []): Promise<void> {
  const { ip, access, password } = person;
  const refused = soleOwnerOf.length > 0;
  const told = await world.client.settle(
    "DELETE /me",
    { ip, token: access, json: { password } },
    refused
      ? { first: ["sole_owner", "too_many_attempts"] }
      : { first: ["204", "too_many_attempts"], again: ["session_ended"] },
  );
  if (told.code === "too_many_attempts") return;
  if (refused) {
    const named = told.body.organizations.map(({ org_id }: { org_id: number }) => org_id);
    if (`${named}` !== `${soleOwnerOf}`) throw new Broken(`sole owner of ${named}, not ${soleOwnerOf}`);
    return;
  }
  person.alive = false;
  person.access = undefined;
  for (const organization of world.organizations) {
    organization.members.delete(person);
    organization.guests.delete(person);
    if (organization.members.size === 0) organization.alive = false;
  }
}
