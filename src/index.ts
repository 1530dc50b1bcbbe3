// The Worker: HTTP requests, the cron, and what other Workers of the account may call over a service binding.
import { app } from "./app.ts";
import { configOf } from "./config.ts";
import { everyMinute } from "./jobs/every-minute.ts";
import { Permissions } from "./roles/permissions-entrypoint.ts";

export { Permissions };

export default {
  fetch: app.fetch,
  async scheduled(_event, env) {
    await everyMinute(configOf(env));
  },
} satisfies ExportedHandler<object>;
