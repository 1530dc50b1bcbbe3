// What the audit trail alone tells of organizations, people and memberships, past ones too: the recount that every
// statistic has to agree with. It shares nothing with the statistics, and knows the system roles by the contract.

export type Line = {
  id: number;
  org_id: number | null;
  action: string;
  target_id: number;
  website_id: number | null;
  before: Told | null;
  after: Told | null;
  at: number;
};
type Told = {
  name?: string;
  status?: "active" | "suspended";
  role?: string;
  role_id?: number;
  scope?: string;
  permissions?: string[];
  platform_admin?: boolean;
};

export type Role = { name: string; scope: string; system: boolean; permissions: string[] };
export type Organization = { name: string; suspended: boolean };
export type Account = { suspended: boolean; operator: boolean };
/** Of a person in an organization, or (`websiteId`) on a website. `left`: null while it lasts. */
export type Membership = {
  orgId: number;
  websiteId: number | null;
  userId: number;
  roleId: number;
  status: number;
  joined: number;
  left: number | null;
};
export type World = {
  organizations: Map<number, Organization>;
  people: Map<number, Account>;
  roles: Map<number, Role>;
  /** All that there ever were, in organizations and on websites. */
  memberships: Membership[];
};

const codes = { active: 0, suspended: 1 };
const mayCount = new Set(["owner", "admin"]);
/** Memberships that last, by who and where. */
type Current = Map<string, Membership>;

export function recount(lines: Line[]): World {
  const world: World = { organizations: new Map(), people: new Map(), roles: new Map(), memberships: [] };
  const current: Current = new Map();
  for (const line of lines) {
    const [kind, deed] = line.action.split(".");
    if (kind === "organization") retellOrganization(world, line, deed);
    if (kind === "user") retellPerson(world, line, deed);
    if (kind === "role") retellRole(world, line, deed);
    if (kind === "member") retellMembership(world, current, line, deed, null);
    if (kind === "website_member") retellMembership(world, current, line, deed, line.website_id);
    // Of what belonged to it nothing is told.
    if (line.action === "organization.deleted")
      endAll(current, line, ({ orgId }) => orgId === line.target_id);
    if (line.action === "website.deleted")
      endAll(current, line, ({ websiteId }) => websiteId === line.target_id);
  }
  return world;
}

function retellOrganization({ organizations }: World, { target_id, after }: Line, deed?: string): void {
  const { name = "", suspended = false } = organizations.get(target_id) ?? {};
  if (deed === "deleted") organizations.delete(target_id);
  else
    organizations.set(target_id, {
      name: after?.name ?? name,
      suspended: after?.status ? after.status === "suspended" : suspended,
    });
}

function retellPerson({ people }: World, { target_id, after }: Line, deed?: string): void {
  const { suspended = false, operator = false } = people.get(target_id) ?? {};
  if (deed === "deleted") people.delete(target_id);
  else
    people.set(target_id, {
      suspended: after?.status ? after.status === "suspended" : suspended,
      operator: after?.platform_admin ?? operator,
    });
}

function retellRole({ roles }: World, { target_id, after }: Line, deed?: string): void {
  const before = roles.get(target_id) ?? { name: "", scope: "", system: false, permissions: [] };
  if (deed === "deleted") roles.delete(target_id);
  else
    roles.set(target_id, {
      ...before,
      name: after?.name ?? before.name,
      scope: after?.scope ?? before.scope,
      permissions: after?.permissions ?? before.permissions,
    });
}

function retellMembership(
  world: World,
  current: Current,
  { id, org_id, target_id, at, after }: Line,
  deed: string | undefined,
  websiteId: number | null,
): void {
  const orgId = org_id ?? 0;
  const key = `${orgId} ${websiteId} ${target_id}`;
  const known = current.get(key);
  // Nobody joins twice, nor changes where they are not.
  if ((deed === "created") === Boolean(known)) throw new Error(`the trail contradicts itself in line ${id}`);
  const one = known ?? { orgId, websiteId, userId: target_id, roleId: 0, status: 0, joined: at, left: null };
  if (deed === "deleted") {
    one.left = at;
    current.delete(key);
    return;
  }
  if (!known) {
    current.set(key, one);
    world.memberships.push(one);
  }
  if (after?.status) one.status = codes[after.status];
  if (after?.role_id === undefined || after.role === undefined) return;
  one.roleId = after.role_id;
  if (!world.roles.has(after.role_id)) world.roles.set(after.role_id, systemRole(after.role, websiteId));
}

/** Told of with its first holder alone: of its making there is no line. */
const systemRole = (name: string, websiteId: number | null): Role => ({
  name,
  scope: websiteId === null ? "organization" : "website",
  system: true,
  permissions: mayCount.has(name) ? ["stats:read"] : [],
});

function endAll(current: Current, { at }: Line, which: (one: Membership) => boolean): void {
  for (const [key, one] of current)
    if (which(one)) {
      one.left = at;
      current.delete(key);
    }
}
