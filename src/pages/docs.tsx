// The API reference: Swagger UI over /openapi.json, from files of our own. The one page with a script. Its policy lets
// that talk to this service alone; nothing is loaded from anywhere else.
import type { Context } from "hono";
import type { AppEnv } from "../http/context.ts";

/** The names of its files, as the build gave them. */
export type DocsFiles = Record<"library" | "libraryStyle" | "script" | "style" | "licenses", string>;

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

type Props = { version: string; files: DocsFiles };

export function showDocs(c: Context<AppEnv>, { version, files }: Props): Response {
  const { APP_NAME, APP_URL } = c.var.config;
  c.header("content-security-policy", policy);
  const document = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>{`API reference · ${APP_NAME}`}</title>
        <link rel="stylesheet" href={`/docs/${files.libraryStyle}`} />
        <link rel="stylesheet" href={`/docs/${files.style}`} />
      </head>
      <body>
        <header>
          <p class="product">{APP_URL ? <a href={APP_URL}>{APP_NAME}</a> : APP_NAME}</p>
          <h1>
            API reference <small>{version}</small>
          </h1>
          <nav aria-label="More">
            <a href="/errors">Errors</a>
            <a href="/openapi.json" download="openapi.json">
              Download openapi.json
            </a>
          </nav>
          <p id="tokens" hidden>
            To try what needs a token, send <code>POST /signin</code> from here, or enter an access token
            under “Authorize”. It is used for everything on this page, and forgotten when you leave it.
          </p>
          <noscript>
            <p>
              This page is made by a script, and scripts are switched off. The same contract is in{" "}
              <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1), and every error is explained under{" "}
              <a href="/errors">Errors</a>.
            </p>
          </noscript>
        </header>
        <div id="reference" />
        <footer>
          <a href={`/docs/${files.licenses}`}>Licenses of this page</a>
        </footer>
        <script src={`/docs/${files.library}`} />
        <script src={`/docs/${files.script}`} />
      </body>
    </html>
  );
  return c.html(`<!doctype html>${document}`) as Response;
}
