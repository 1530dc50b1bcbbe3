// The catalogue of permissions and the five system roles that every organization is born with.
// The database holds the same table (rules/2-flows/system_roles.sql); a test compares the two.

export const permissions = {
  organization: ["read", "update", "delete"],
  member: ["read", "invite", "update", "remove"],
  role: ["create", "read", "update", "delete"],
  website: ["create", "read", "update", "delete", "invite"],
  stats: ["read"],
  audit: ["read"],
} as const;

type Catalogue = typeof permissions;
export type Permission = { [R in keyof Catalogue]: `${R}:${Catalogue[R][number]}` }[keyof Catalogue];

export const everyPermission = Object.entries(permissions).flatMap(([resource, actions]) =>
  actions.map((action) => `${resource}:${action}` as Permission),
);

const known = new Set<string>(everyPermission);
export const isPermission = (text: string): text is Permission => known.has(text);

/** What a role on a website may hold. */
export const websitePermissions: ReadonlySet<Permission> = new Set<Permission>([
  "website:read",
  "website:update",
  "website:delete",
  "website:invite",
]);

type SystemRole = { name: string; scope: "organization" | "website"; permissions: Permission[] };

/** Being owner is holding the role `owner`, not a set of permissions. */
export const systemRoles: SystemRole[] = [
  { name: "owner", scope: "organization", permissions: everyPermission },
  {
    name: "admin",
    scope: "organization",
    permissions: everyPermission.filter((p) => p !== "organization:delete"),
  },
  {
    name: "member",
    scope: "organization",
    permissions: [
      "organization:read",
      "organization:update",
      "member:read",
      "role:read",
      "website:create",
      "website:read",
      "website:update",
    ],
  },
  {
    name: "website_admin",
    scope: "website",
    permissions: [...websitePermissions],
  },
  { name: "website_user", scope: "website", permissions: ["website:read", "website:update"] },
];
