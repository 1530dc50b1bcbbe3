import { type Chapter, id } from "../step.ts";

const support = {
  name: "Support",
  description: "Looks after members",
  scope: "organization",
  permissions: ["organization:read", "member:read", "member:update"],
};

export const roles: Chapter = {
  name: "Roles and permissions",
  about: "The five system roles, one of Acme's own, and what a role allows.",
  steps: [
    {
      title: "The roles of Acme",
      operation: "listRoles",
      as: "ada",
      status: 200,
      saves: { admin_role_id: `data.find((role) => role.name === "admin").role_id` },
      expects: {
        "the five are there": `pm.expect(answer.data.map((role) => role.name)).to.have.members(["owner", "admin", "member", "website_admin", "website_user"])`,
      },
    },
    {
      title: "Make a role",
      operation: "createRole",
      as: "ada",
      body: support,
      status: 201,
      saves: { support_role_id: "role_id" },
    },
    {
      title: "Refused: a role of this name is there",
      operation: "createRole",
      as: "ada",
      body: { ...support, name: "support" },
      status: 409,
      code: "role_name_taken",
    },
    {
      title: "Refused: a permission that there is not",
      operation: "createRole",
      as: "ada",
      body: { ...support, name: "Cook", permissions: ["kitchen:enter"] },
      status: 422,
      code: "invalid_request",
    },
    {
      title: "Change a role",
      operation: "changeRole",
      as: "ada",
      path: { role_id: "{{support_role_id}}" },
      body: { description: "Looks after people" },
      status: 200,
      expects: { "it is changed": `pm.expect(answer.description).to.eql("Looks after people")` },
    },
    {
      title: "Refused: a system role keeps its name",
      operation: "changeRole",
      as: "ada",
      path: { role_id: "{{admin_role_id}}" },
      body: { name: "boss" },
      status: 409,
      code: "system_role",
    },
    {
      title: "Make a role for a moment",
      operation: "createRole",
      as: "ada",
      body: { name: "Intern", scope: "organization", permissions: ["organization:read"] },
      status: 201,
      saves: { intern_role_id: "role_id" },
    },
    {
      title: "Delete a role",
      operation: "deleteRole",
      as: "ada",
      path: { role_id: "{{intern_role_id}}" },
      status: 204,
    },
    {
      title: "May Ada invite",
      operation: "checkPermission",
      as: "ada",
      body: { org_id: id("acme_id"), permission: "member:invite" },
      status: 200,
      expects: { "she may": "pm.expect(answer.allowed).to.eql(true)" },
    },
  ],
};
