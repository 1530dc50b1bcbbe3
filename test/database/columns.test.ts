import { expect, test } from "vitest";
import { refusal, undone } from "./scratch.ts";
import { enter, tenantsDatabase } from "./tenants.ts";

const { service, tenants } = await tenantsDatabase();

const denied = { code: "42501" };

test.each(["password", "credential_version", "platform_admin", "origin"])(
  "nobody entered reads user.%s",
  async (column) => {
    for (const statement of [
      `select ${column} from "user"`,
      `select id from "user" order by ${column}`,
      `select id from "user" where ${column} is not null`,
      `update "user" set settings = jsonb_build_object('it', ${column})`,
      `update "user" set settings = settings returning ${column}`,
      'select * from "user"',
      'select "user" from "user"',
      'select to_jsonb(u) from "user" u',
      'copy "user" to stdout',
    ])
      await undone(service, async () => {
        await enter(service, tenants.ann);
        expect(await refusal(service, statement), statement).toMatchObject(denied);
      });
  },
);

test.each(["token", "mail_id", "role_scope"])("nobody entered reads invite.%s", async (column) => {
  for (const statement of [
    `select ${column} from invite`,
    `select id from invite order by ${column}`,
    `select id from invite where ${column} is not null`,
    "select * from invite",
    "select invite from invite",
    "select to_jsonb(i) from invite i",
    "copy invite to stdout",
  ])
    await undone(service, async () => {
      await enter(service, tenants.ann);
      expect(await refusal(service, statement), statement).toMatchObject(denied);
    });
});

test.each([
  "platform_admin = true",
  "status = 0",
  "email = 'new@example.com'",
  "email_verified_at = 0",
  "password = 'x'",
  "credential_version = 9",
  "origin = '{}'",
  "created_at = 0",
  "updated_at = 0",
])("nobody entered sets this of themselves: %s", async (assignment) => {
  await undone(service, async () => {
    await enter(service, tenants.ann);
    expect(await refusal(service, `update "user" set ${assignment}`)).toMatchObject(denied);
  });
});
