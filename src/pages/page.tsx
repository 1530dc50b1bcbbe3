// What every page has: one look in light and dark, from a phone up; no JavaScript; and a policy that allows its own
// style and forms, nothing else. The token in the URL leaves with no referrer and is kept by no cache.
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type AppError, errors } from "../errors.ts";
import type { AppEnv } from "../http/context.ts";

const style = `
:root { color-scheme: light dark; --ink: #1a1f2b; --soft: #566074; --ground: #f3f5f9; --card: #fff; --line: #d5dae4; --act: #1f4fd1; --on-act: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eef1f7; --soft: #a9b3c7; --ground: #10131a; --card: #1a1f2a; --line: #343c4d; --act: #9bb8ff; --on-act: #0d1526 }
}
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
main { width: 100%; max-width: 28rem; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 14px; overflow-wrap: anywhere }
.product { margin: 0 0 1.25rem; color: var(--soft); font-size: .9rem; font-weight: 600 }
h1 { margin: 0 0 .75rem; font-size: 1.45rem; line-height: 1.25 }
p { margin: 0 0 1rem }
.hint { margin: 1.25rem 0 0; color: var(--soft); font-size: .9rem }
button { width: 100%; min-height: 3rem; padding: .6rem 1rem; border: 0; border-radius: 9px; background: var(--act); color: var(--on-act); font: inherit; font-weight: 600; cursor: pointer }
button:focus-visible { outline: 3px solid var(--ink); outline-offset: 3px }
`;

type Head = { title: string; status?: ContentfulStatusCode };

/** The response for a page: its title is also its heading. */
export function showPage(c: Context<AppEnv>, { title, status = 200 }: Head, content: Child): Response {
  const nonce = crypto.randomUUID();
  const { APP_NAME } = c.var.config;
  c.header(
    "content-security-policy",
    `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  );
  const document = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · ${APP_NAME}`}</title>
        <style nonce={nonce} dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <main>
          <p class="product">{APP_NAME}</p>
          <h1>{title}</h1>
          {content}
        </main>
      </body>
    </html>
  );
  return c.html(`<!doctype html>${document}`, status) as Response;
}

/** An expected failure on a page: the same words as in a problem document. */
export function showProblem(c: Context<AppEnv>, error: AppError): Response {
  const [status, title, detail] = errors[error.code];
  c.set("errorCode", error.code);
  if (error.retryAfterSeconds) c.header("retry-after", String(error.retryAfterSeconds));
  return showPage(
    c,
    { title, status },
    <>
      <p>{detail}</p>
      <p class="hint">Request {c.var.requestId}</p>
    </>,
  );
}
