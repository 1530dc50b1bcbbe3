// The contract for people: the API reference, and a page for each error, which the `type` of a problem document opens.
// All of it is files beside the Worker.
import { Hono } from "hono";
import * as z from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { AppError, errors, isErrorCode } from "../errors.ts";
import { cacheable, readAsset, serveAsset } from "../http/assets.ts";
import type { AppEnv } from "../http/context.ts";
import { describeIn } from "../http/describe.ts";
import { wantsJson, wantsPage } from "../http/negotiate.ts";
import { validateParam } from "../http/validate.ts";
import { type DocsFiles, showDocs } from "../pages/docs.tsx";
import {
  ErrorList,
  ExplainError,
  type ExplainedError,
  UnknownError,
  unknownTitle,
} from "../pages/errors.tsx";
import { showPage } from "../pages/page.tsx";
import { errorExplained, errorList } from "./answers.ts";

const describe = describeIn("Service");

const fileParam = z.object({ file: z.string() });
const codeParam = z.object({ code: z.string() });
/** `swagger-ui.0123456789ab.js`: the build gave it this name, and no other content ever has it. */
const hashedName = /^[a-z-]+\.[0-9a-f]{12}\.(js|css|txt)$/;

export const reference = new Hono<AppEnv>()
  .get(
    "/docs",
    describe("showDocs", "The API reference, to read and to try", {
      answers: { 200: "page" },
      offline: true,
    }),
    async (c) => {
      c.set("asPage", true);
      const files = await readAsset<DocsFiles>(c, "/docs/files.json");
      const page = showDocs(c, { version: packageJson.version, files });
      c.header("cache-control", cacheable(300));
      return page;
    },
  )

  .get(
    "/docs/:file",
    describe("getDocsFile", "A script or style of the API reference", {
      answers: { 200: "file", 304: null },
      errors: ["not_found"],
      offline: true,
    }),
    validateParam(fileParam),
    (c) => {
      const { file } = c.req.valid("param");
      if (!hashedName.test(file)) throw new AppError("not_found");
      return serveAsset(c, `/docs/${file}`, "forever");
    },
  )

  .get(
    "/errors",
    describe("listErrors", "Every error code", {
      notes: "A page; with `Accept: application/json` the same as JSON.",
      answers: { 200: errorList },
      page: true,
      offline: true,
    }),
    (c) => {
      c.header("vary", "accept");
      const data = Object.entries(errors).map(([code, [status, title, detail]]) => {
        return { type: `/errors/${code}`, code, status, title, detail };
      });
      if (wantsJson(c)) return c.json({ data, next_cursor: null });
      c.set("asPage", true);
      return showPage(c, { title: "Errors", wide: true }, ErrorList({ errors: data })) as never;
    },
  )

  .get(
    "/errors/:code",
    describe("explainError", "What an error means, and what to do about it", {
      notes:
        "The page that the `type` of a problem document opens; with `Accept: application/json` the same as JSON.",
      answers: { 200: errorExplained },
      errors: ["not_found"],
      page: true,
      offline: true,
    }),
    validateParam(codeParam),
    async (c) => {
      c.header("vary", "accept");
      const { code } = c.req.valid("param");
      if (!isErrorCode(code)) {
        if (!wantsPage(c)) throw new AppError("not_found");
        c.set("errorCode", "not_found");
        return showPage(c, { title: unknownTitle, status: 404, wide: true }, UnknownError()) as never;
      }
      const json = wantsJson(c);
      if (!json) c.set("asPage", true);
      const explained = await readAsset<ExplainedError>(c, `/errors/${code}.json`);
      if (json) return c.json(explained);
      return showPage(c, { title: explained.title, wide: true }, ExplainError(explained)) as never;
    },
  );
