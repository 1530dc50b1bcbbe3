// How much a Worker does at once, next to what bounds it.
import { newCaller, newUser, password } from "./client.ts";
import { answersPerSecond, inTurn } from "./load.ts";
import { row } from "./table.ts";
import type { Running } from "./worker.ts";

export async function requestRows(worker: Running, seconds: number) {
  const { token } = await newCaller(worker.url);
  const headers = { authorization: `Bearer ${token}` };
  const forged = { authorization: `Bearer ${token.slice(0, -8)}AAAAAAAA` };
  const load = { connections: 16, seconds };
  const [me = 0, refused = 0] = await inTurn(2, [
    () => answersPerSecond(worker.url, [{ method: "GET", path: "/me", headers }], load),
    () =>
      answersPerSecond(worker.url, [{ method: "GET", path: "/me", headers: forged }], {
        ...load,
        status: 401,
      }),
  ]);
  row("`GET /me`", `${me.toFixed(0)} / s`, "");
  row("a refused token (no trip)", `${refused.toFixed(0)} / s`, "");
  row("a refused token ÷ `GET /me`", (refused / me).toFixed(1), "");
}

export async function signInRows(worker: Running, bare: Running, seconds: number) {
  const users = await Promise.all(Array.from({ length: 16 }, () => newUser(worker.url)));
  const requests = users.map(({ email }) => ({
    method: "POST" as const,
    path: "/signin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  }));
  // A fixed number of each, so that no half-done hash is lost when time is up.
  const load = { connections: 8, amount: 24 * seconds };
  const [signIns = 0, hashes = 0] = await inTurn(3, [
    () => answersPerSecond(worker.url, requests, load),
    () => answersPerSecond(bare.url, [{ method: "GET", path: "/" }], load),
  ]);
  row("bare PBKDF2, 600,000 iterations", `${hashes.toFixed(1)} / s`, "");
  row("sign-ins, whole", `${signIns.toFixed(1)} / s`, "");
  row("sign-ins ÷ bare PBKDF2", (signIns / hashes).toFixed(2), "at least 0.9");
}
