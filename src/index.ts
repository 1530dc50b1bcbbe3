// The Worker: HTTP requests and the cron.
import { app } from "./app.ts";
import { configOf } from "./config.ts";
import { everyMinute } from "./jobs/every-minute.ts";

export default {
  fetch: app.fetch,
  async scheduled(_event, env) {
    await everyMinute(configOf(env));
  },
} satisfies ExportedHandler<object>;
