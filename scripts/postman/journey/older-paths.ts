import { type Chapter, email, id, mailToken, password, readMail } from "../step.ts";

const ivy = { org_id: id("acme_id"), user_id: id("ivy_id") };

export const older: Chapter = {
  name: "Older paths",
  about: "Flat paths of three forerunners, with the rules of the endpoints that they stand for.",
  steps: [
    {
      title: "Invite Ivy, by the older path",
      operation: "inviteMember",
      as: "ada",
      headers: { "Idempotency-Key": "ivy-{{run}}" },
      body: { org_id: id("acme_id"), email: email("ivy"), role: "member" },
      status: 201,
    },
    readMail("ivy", "Ivy gets the mail", "accept-invite"),
    {
      title: "Ivy accepts",
      operation: "acceptInvite",
      body: {
        token: mailToken("ivy", "accept-invite"),
        password: password("ivy"),
        profile: { name: "Ivy" },
      },
      status: 201,
      saves: { ivy_id: "user_id" },
    },
    {
      title: "Ivy becomes an admin, by the older path",
      operation: "updateMemberRole",
      as: "ada",
      body: { ...ivy, role: "admin" },
      status: 200,
      expects: { "she is": `pm.expect(answer.role).to.eql("admin")` },
    },
    {
      title: "People per organization and role, by the older path",
      operation: "countOrgRoleWiseUsersFiltered",
      as: "ada",
      query: { org_id: "{{acme_id}}" },
      status: 200,
      expects: {
        "one admin": `pm.expect(answer.data.find((row) => row.role === "admin").user_count).to.eql(1)`,
      },
    },
    {
      title: "Remove Ivy, by the older path",
      operation: "deleteMember",
      as: "ada",
      body: ivy,
      status: 204,
    },
    {
      title: "Refused: she is gone",
      operation: "deleteMember",
      as: "ada",
      body: ivy,
      status: 404,
      code: "not_found",
    },
  ],
};
