// The table of contents: what every request passes, and where its answer comes from.
import { type Context, Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { accounts } from "./accounts/routes.ts";
import { audit } from "./audit/routes.ts";
import { AppError } from "./errors.ts";
import type { AppEnv } from "./http/context.ts";
import { allowOrigins, noStore, securityHeaders } from "./http/headers.ts";
import { logError } from "./http/log.ts";
import { observe } from "./http/observe.ts";
import { problem } from "./http/problem.ts";
import { members } from "./members/routes.ts";
import { organizations } from "./organizations/routes.ts";
import { showProblem } from "./pages/page.tsx";
import { roles } from "./roles/routes.ts";
import { service } from "./service/routes.ts";
import { sessions } from "./sessions/routes.ts";
import { websiteMembers } from "./websites/member-routes.ts";
import { websites } from "./websites/routes.ts";

const root = new Hono<AppEnv>();
root.use(securityHeaders, noStore, observe, allowOrigins);
root.use(
  methodNotAllowed({
    app: root as unknown as Hono,
    onMethodNotAllowed: (c, methods) => {
      c.header("allow", methods.join(", "));
      return problem(c as unknown as Context<AppEnv>, new AppError("method_not_allowed"));
    },
  }),
);
root.notFound((c) => problem(c, new AppError("not_found")));
root.onError((error, c) => {
  if (error instanceof AppError) {
    if (error.code === "service_unavailable")
      logError("unavailable", error.cause, { request_id: c.var.requestId });
    return c.var.asPage ? showProblem(c, error) : problem(c, error);
  }
  logError("unexpected", error, { request_id: c.var.requestId });
  const unexpected = new AppError("internal_error");
  return c.var.asPage ? showProblem(c, unexpected) : problem(c, unexpected);
});

export const app = root
  .route("/", service)
  .route("/", accounts)
  .route("/", sessions)
  .route("/", organizations)
  .route("/", members)
  .route("/", roles)
  .route("/", websites)
  .route("/", websiteMembers)
  .route("/", audit);
export type AppType = typeof app;
