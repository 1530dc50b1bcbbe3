// The table of contents: what every request passes, and where its answer comes from.
import { type Context, Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { recovery } from "./accounts/recovery-routes.ts";
import { accounts } from "./accounts/routes.ts";
import { admin } from "./admin/routes.ts";
import { audit } from "./audit/routes.ts";
import { AppError } from "./errors.ts";
import type { AppEnv } from "./http/context.ts";
import { allowOrigins, noStore, securityHeaders } from "./http/headers.ts";
import { logError } from "./http/log.ts";
import { observe } from "./http/observe.ts";
import { problem } from "./http/problem.ts";
import { acceptance } from "./invites/accept-routes.ts";
import { invites } from "./invites/routes.ts";
import { websiteInvites } from "./invites/website-routes.ts";
import { members } from "./members/routes.ts";
import { olderPaths } from "./older-paths.ts";
import { organizations } from "./organizations/routes.ts";
import { showProblem } from "./pages/page.tsx";
import { roles } from "./roles/routes.ts";
import { contract } from "./service/contract-routes.ts";
import { reference } from "./service/reference-routes.ts";
import { service } from "./service/routes.ts";
import { sessions } from "./sessions/routes.ts";
import { stats } from "./stats/routes.ts";
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
  const fields = error instanceof AppError ? error.fields : undefined;
  const again = fields && c.var.showAgain?.(fields);
  return again ? again.catch((failure: unknown) => answerTo(failure, c)) : answerTo(error, c);
});

function answerTo(error: unknown, c: Context<AppEnv>): Response {
  const { requestId, asPage } = c.var;
  const expected = error instanceof AppError ? error : new AppError("internal_error");
  if (expected !== error) logError("unexpected", error, { request_id: requestId });
  else if (expected.code === "service_unavailable") {
    logError("unavailable", expected.cause, { request_id: requestId });
  }
  return asPage ? showProblem(c, expected) : problem(c, expected);
}

export const app = root
  .route("/", service)
  .route("/", contract)
  .route("/", reference)
  .route("/", accounts)
  .route("/", recovery)
  .route("/", sessions)
  .route("/", organizations)
  .route("/", members)
  .route("/", roles)
  .route("/", websites)
  .route("/", websiteMembers)
  .route("/", invites)
  .route("/", websiteInvites)
  .route("/", acceptance)
  .route("/", audit)
  .route("/", stats)
  .route("/", admin)
  .route("/", olderPaths);
export type AppType = typeof app;
