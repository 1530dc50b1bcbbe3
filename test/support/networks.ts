// Clients elsewhere: Cloudflare alone says where a request comes from.
let next = 0;

/** An address that no other test comes from. */
export function newNetwork(): Record<string, string> {
  next += 1;
  const random = crypto.getRandomValues(new Uint8Array(2));
  return from(`10.${random.join(".")}.${next % 256}`);
}

export const from = (address: string): Record<string, string> => ({ "cf-connecting-ip": address });

/** How many of these answers had each status. */
export function tally(answers: { status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** So many at once. */
export const atOnce = <T>(many: number, one: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: many }, (_, i) => one(i)));
