// One request of a journey, as its legs make it.
import type pg from "pg";
import type { Inbox } from "../local/inbox.ts";

export type Request = { params?: Record<string, number | string>; query?: string; json?: object };
// biome-ignore lint/suspicious/noExplicitAny: an answer is whatever its endpoint says
export type Ask = (route: string, request?: Request) => Promise<any>;
export type Walk = { url: string; inbox: Inbox; owner: pg.Client; as(token?: string): Ask };
