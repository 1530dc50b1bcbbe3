// The story of one organization: founded, filled by invitations, changed, handed over, left, or deleted, with everybody in
// it busy at once.
import * as accounts from "./accounts.ts";
import { Broken } from "./client.ts";
import { newOrganization, newPerson, type Organization, type Person, type World } from "./world.ts";

type Scene = { world: World; organization: Organization; founder: Person };

/** Stories one after the other, until the time is over. A broken one stands in the figures. */
export async function companies(world: World): Promise<void> {
  while (!world.over()) {
    try {
      await company(world);
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      world.figures.wrong.push(`a story broke off: ${error.message}`);
    }
  }
}

async function company(world: World): Promise<void> {
  const { founder, organization } = await accounts.signUp(world);
  const scene = { world, organization, founder };
  const websiteId = await addWebsite(scene);
  await found(scene);
  const offers: [string, number | null][] = [
    ["member", null],
    ["admin", null],
    ["member", null],
    ["website_user", websiteId],
  ];
  const staff = await Promise.all(offers.map(([role, website]) => hire(scene, role, website)));
  for (let round = 0; round < 3 && !world.over(); round += 1)
    await Promise.all([...staff.map((person) => live(world, person)), manage(scene)]);
  if (!world.over()) await end(scene, staff);
}

const pathOf = ({ organization: { orgId } }: Scene) => `/organizations/${orgId}`;
const by = ({ ip, access: token }: Person) => ({ ip, token });

async function found({ world, founder }: Scene): Promise<void> {
  const json = { name: "Second" };
  const { body } = await accounts.keyed(
    world,
    "POST /organizations",
    { ...by(founder), json },
    { name: "Third" },
  );
  newOrganization(world, body.org_id, founder);
}

async function addWebsite(scene: Scene): Promise<number> {
  const json = { name: `Shop ${scene.organization.websites.size}`, url: "https://shop.example" };
  const request = `POST ${pathOf(scene)}/websites`;
  const { body } = await accounts.keyed(
    scene.world,
    request,
    { ...by(scene.founder), json },
    { ...json, name: "Other" },
  );
  scene.organization.websites.set(body.website_id, json.name);
  return body.website_id;
}

async function invite(scene: Scene, person: Person, role: string, website: number | null): Promise<number> {
  const { world, founder, organization } = scene;
  const json = { email: person.email, role, expires_in: 86_400 };
  const request = `POST ${pathOf(scene)}${website === null ? "" : `/websites/${website}`}/invites`;
  const ask = { ...by(founder), json };
  const { body } = await accounts.keyed(world, request, ask, { ...json, expires_in: 3_600 });
  organization.invites.set(body.invite_id, { email: person.email, state: "pending" });
  return body.invite_id;
}

/** Somebody new is invited, accepts, and signs in. */
async function hire(scene: Scene, role: string, website: number | null): Promise<Person> {
  const { world, organization } = scene;
  const person = newPerson(world);
  const inviteId = await invite(scene, person, role, website);
  const [token] = await world.mailbox.links(person.email, "accept-invite");
  const json = { token, password: person.password };
  const accepted = { first: ["201"], again: ["invite_accepted"] };
  await world.client.settle("POST /accept-invite", { ip: person.ip, json }, accepted);
  person.alive = true;
  organization.invites.set(inviteId, { email: person.email, state: "accepted" });
  if (website === null) organization.members.set(person, { role, status: 0 });
  else organization.guests.set(person, role);
  await accounts.signIn(world, person);
  const { body } = await world.client.settle("GET /me", by(person), { first: ["200"] });
  person.userId = body.user_id;
  return person;
}

const deeds = [
  accounts.look,
  accounts.refresh,
  accounts.refresh,
  accounts.changeProfile,
  accounts.signOutAndIn,
  accounts.changePassword,
  accounts.reset,
];

async function live(world: World, person: Person): Promise<void> {
  for (let deed = 0; deed < 3 && !world.over(); deed += 1) await world.random.oneOf(deeds)(world, person);
}

/** What the founder does meanwhile. */
async function manage(scene: Scene): Promise<void> {
  const { world } = scene;
  for (let deed = 0; deed < 3 && !world.over(); deed += 1)
    await world.random.oneOf([changeRole, suspendAndRestore, makeRole, withdraw, moveWebsite])(scene);
}

const ask = (
  { world, founder }: Scene,
  request: string,
  first: string[],
  again: string[] = [],
  json?: unknown,
) => world.client.settle(request, { ...by(founder), json }, { first, again });

const staffOf = ({ organization, founder }: Scene) =>
  [...organization.members.keys()].filter((person) => person !== founder);

async function changeRole(scene: Scene): Promise<void> {
  const person = scene.world.random.oneOf(staffOf(scene));
  const role = scene.world.random.oneOf(["admin", "member"]);
  await ask(scene, `PATCH ${pathOf(scene)}/members/${person.userId}`, ["200"], [], { role });
  scene.organization.members.set(person, { role, status: 0 });
}

async function suspendAndRestore(scene: Scene): Promise<void> {
  const person = scene.world.random.oneOf(staffOf(scene));
  const path = `${pathOf(scene)}/members/${person.userId}`;
  const membership = scene.organization.members.get(person);
  for (const status of [1, 0]) {
    await ask(scene, `PATCH ${path}`, ["200"], [], { status });
    if (membership) membership.status = status;
  }
}

/** Without a key: a repeat is told that the name is taken, and that is the answer. */
async function makeRole(scene: Scene): Promise<void> {
  const { organization, world } = scene;
  const name = `Role ${organization.roles.size + 1} ${world.random.whole(1, 1e9)}`;
  const json = { name, scope: "organization", permissions: ["member:read"] };
  await ask(scene, `POST ${pathOf(scene)}/roles`, ["201"], ["role_name_taken"], json);
  organization.roles.add(name);
}

async function withdraw(scene: Scene): Promise<void> {
  const { world, organization } = scene;
  const person = newPerson(world);
  const inviteId = await invite(scene, person, "member", null);
  await ask(scene, `DELETE ${pathOf(scene)}/invites/${inviteId}`, ["204"]);
  organization.invites.set(inviteId, { email: person.email, state: "revoked" });
}

async function moveWebsite(scene: Scene): Promise<void> {
  const websiteId = await addWebsite(scene);
  await ask(scene, `DELETE ${pathOf(scene)}/websites/${websiteId}`, ["204"], ["not_found"]);
  scene.organization.websites.delete(websiteId);
}

async function end(scene: Scene, staff: Person[]): Promise<void> {
  const { world, organization, founder } = scene;
  const [heir, leaver, removed, guest] = staff as [Person, Person, Person, Person];
  await accounts.deleteMe(world, founder, [organization.orgId]);
  await ask(scene, `DELETE ${pathOf(scene)}/members/${removed.userId}`, ["204"], ["not_found"]);
  organization.members.delete(removed);
  await world.client.settle(`POST ${pathOf(scene)}/leave`, by(leaver), {
    first: ["204"],
    again: ["not_found"],
  });
  organization.members.delete(leaver);
  await accounts.deleteMe(world, guest);

  const json = { user_id: heir.userId };
  // Done already, the founder owns nothing that could be handed over.
  await ask(scene, `POST ${pathOf(scene)}/transfer-ownership`, ["200"], ["owner_required"], json);
  organization.members.set(heir, { role: "owner", status: 0 });
  organization.members.set(founder, { role: "admin", status: 0 });
  if (world.random.chance(0.5)) await accounts.deleteMe(world, founder);
  if (world.random.chance(0.3)) {
    const gone = { first: ["204"], again: ["not_found"] };
    await world.client.settle(`DELETE ${pathOf(scene)}`, by(heir), gone);
    organization.alive = false;
  }
}
