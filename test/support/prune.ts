import { env } from "cloudflare:test";
import { sql } from "drizzle-orm";
import { configOf } from "../../src/config.ts";
import { Database } from "../../src/db/client.ts";

const background = new Database(configOf(env), { requestId: "test", ip: "" }, { background: true });
/** What the cron does about what is over, without the mails that other tests make. */
export const prune = () => background.call(sql`app.prune(1000)`);
