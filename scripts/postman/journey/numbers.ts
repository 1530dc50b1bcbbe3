import type { Chapter } from "../step.ts";

export const audit: Chapter = {
  name: "Audit trail",
  about: "Who did what to whom.",
  steps: [
    {
      title: "The newest events",
      operation: "listAuditEvents",
      as: "ada",
      query: { limit: "3" },
      status: 200,
      saves: { cursor: "next_cursor" },
      expects: {
        "three of many": `pm.expect([answer.data.length, typeof answer.next_cursor]).to.eql([3, "string"])`,
      },
    },
    {
      title: "Older events",
      operation: "listAuditEvents",
      as: "ada",
      query: { limit: "3", cursor: "{{cursor}}" },
      status: 200,
    },
    {
      title: "What Ada changed of members",
      operation: "listAuditEvents",
      as: "ada",
      query: { action: "member.updated", actor: "{{ada_id}}", from: "{{yesterday}}" },
      status: 200,
      example: true,
      expects: {
        "Bea's role is among it": `pm.expect(answer.data.some((event) => event.after.role === "admin" && event.before.role === "Support")).to.eql(true)`,
        "and nothing else": `answer.data.forEach((event) => pm.expect(event).to.include({ action: "member.updated", actor_id: saved("ada_id") }))`,
      },
    },
    {
      title: "Refused: a cursor for other filters",
      operation: "listAuditEvents",
      as: "ada",
      query: { action: "member.updated", cursor: "{{cursor}}" },
      status: 400,
      code: "invalid_cursor",
    },
    {
      title: "Refused: Support may not read the trail",
      operation: "listAuditEvents",
      as: "bea",
      status: 403,
      code: "permission_missing",
    },
  ],
};

export const statistics: Chapter = {
  name: "Statistics",
  about: "How many people, where, with which roles, and how that grew.",
  steps: [
    {
      title: "People per role",
      operation: "countRoleWiseUsers",
      as: "ada",
      status: 200,
      expects: {
        "one owner": `pm.expect(answer.data.find((row) => row.role === "owner").user_count).to.eql(1)`,
      },
    },
    {
      title: "Members per organization",
      operation: "countOrgWiseMembers",
      as: "ada",
      status: 200,
      expects: {
        "Acme has two": `pm.expect(answer.data).to.eql([{ org_id: saved("acme_id"), organization: "Acme", member_count: 2 }])`,
      },
    },
    {
      title: "People per organization and role",
      operation: "countOrgRoleWiseUsers",
      as: "ada",
      query: { org_id: "{{acme_id}}", status: "active", from: "{{yesterday}}" },
      status: 200,
      expects: {
        "one in Support": `pm.expect(answer.data.find((row) => row.role === "Support").user_count).to.eql(1)`,
      },
    },
    {
      title: "How the memberships grew",
      operation: "countMembershipGrowth",
      as: "ada",
      query: { interval: "day", tz: "Europe/Berlin", from: "{{yesterday}}" },
      status: 200,
      expects: { "the last bucket holds them all": "pm.expect(answer.data.at(-1).total).to.eql(2)" },
    },
    {
      title: "Refused: a time zone that there is not",
      operation: "countMembershipGrowth",
      as: "ada",
      query: { tz: "Europe/Atlantis" },
      status: 422,
      code: "invalid_request",
    },
    {
      title: "Refused: Support may not count",
      operation: "countOrgWiseMembers",
      as: "bea",
      query: { org_id: "{{acme_id}}" },
      status: 403,
      code: "permission_missing",
    },
    {
      title: "Whoever may count nowhere gets an empty list",
      operation: "countRoleWiseUsers",
      as: "bea",
      status: 200,
      expects: { "it is empty": "pm.expect(answer.data).to.eql([])" },
    },
    {
      title: "Refused: the numbers of an organization that is not Ada's",
      operation: "countRoleWiseUsers",
      as: "ada",
      query: { org_id: "{{globex_id}}" },
      status: 404,
      code: "not_found",
    },
  ],
};
