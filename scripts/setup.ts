// npm run db:setup: owner's URL in (DATABASE_URL), the Worker's URL out (standard output, nothing else on it).
// Every run gives the service login a new password; the old one stops working at once.
import { randomBytes } from "node:crypto";
import pg from "pg";
import { migrate, ownerUrlOrExit } from "./migrate.ts";

/**
 * Lets `app_login` log in with `password` (made up unless given; it needs characters that a URL leaves alone).
 * Returns the service URL: the owner's, with this login. The database must be migrated before.
 */
export async function setUpServiceLogin(
  ownerUrl: string,
  password = randomBytes(24).toString("base64url"),
): Promise<string> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query("begin");
    await client.query("select pg_advisory_xact_lock(hashtext('gatehouse migrations'))");
    await client.query(`alter role app_login login password ${pg.escapeLiteral(password)}`);
    const { rows } = await client.query<{ current_database: string }>("select current_database()");
    await client.query(
      `grant connect on database ${pg.escapeIdentifier(rows[0]?.current_database ?? "")} to app_login`,
    );
    await client.query("commit");
  } finally {
    await client.end();
  }
  const url = new URL(ownerUrl);
  url.username = "app_login";
  url.password = password;
  return url.href;
}

if (import.meta.main) {
  const ownerUrl = ownerUrlOrExit("db:setup");
  await migrate(ownerUrl);
  console.log(await setUpServiceLogin(ownerUrl));
}
