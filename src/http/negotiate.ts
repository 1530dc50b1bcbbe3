// Whether a page or JSON is asked for, where both are to be had. Browsers name `text/html`; much else takes anything.
import type { Context } from "hono";
import { accepts } from "hono/accepts";

const supports = ["text/html", "application/json"];
const preferred = (c: Context, otherwise: string) =>
  accepts(c, { header: "Accept", supports, default: otherwise });

/** A page, unless JSON is asked for. */
export const wantsJson = (c: Context): boolean => preferred(c, "text/html") === "application/json";
/** JSON, unless a page is asked for. */
export const wantsPage = (c: Context): boolean => preferred(c, "application/json") === "text/html";
