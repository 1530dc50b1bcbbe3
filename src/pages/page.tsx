// What every page has: one look in light and dark, from a phone up; no JavaScript; and a policy that allows its own
// style and forms, nothing else. The token in the URL leaves with no referrer and is kept by no cache.
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type AppError, errors } from "../errors.ts";
import type { AppEnv } from "../http/context.ts";
import { ToApp } from "./parts.tsx";
import { wordsOf } from "./problem-words.ts";
import { style } from "./style.ts";

/** `wide`: for texts, tables and code rather than a form. */
type Head = { title: string; status?: ContentfulStatusCode; wide?: true };

/** The response for a page: its title is also its heading. */
export function showPage(c: Context<AppEnv>, { title, status = 200, wide }: Head, content: Child): Response {
  const nonce = crypto.randomUUID();
  const { APP_NAME } = c.var.config;
  c.header(
    "content-security-policy",
    `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  );
  // The first that a screen reader says of a form that came back.
  const refused = status === 422 ? "Error: " : "";
  const document = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${refused}${title} · ${APP_NAME}`}</title>
        <style nonce={nonce} dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <main class={wide && "wide"}>
          <p class="product">{APP_NAME}</p>
          <h1>{title}</h1>
          {content}
        </main>
      </body>
    </html>
  );
  return c.html(`<!doctype html>${document}`, status) as Response;
}

/** An expected failure on a page: what it is, and what to do now. */
export function showProblem(c: Context<AppEnv>, error: AppError): Response {
  const [status, title, detail] = errors[error.code];
  const words = wordsOf(c.req.path, error.code);
  c.set("errorCode", error.code);
  if (error.retryAfterSeconds) c.header("retry-after", String(error.retryAfterSeconds));
  return showPage(
    c,
    { title: words.title ?? title, status },
    <>
      <p>{words.detail ?? detail}</p>
      {words.next && <p>{words.next}</p>}
      <ToApp appUrl={c.var.config.APP_URL} appName={c.var.config.APP_NAME} />
      <p class="hint request">Request {c.var.requestId}</p>
    </>,
  );
}
