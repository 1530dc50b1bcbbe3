// The client's network: what is limited as one client, since one client has all of it.

/** No address, or none that is one: they are one network together, so that nothing is evaded by it. */
const unknown = "unknown";

const isIpv4 = (ip: string) =>
  /^\d{1,3}(\.\d{1,3}){3}$/.test(ip) && ip.split(".").every((part) => Number(part) <= 255);

/** An IPv4 address itself, also in its IPv6 form; the /64 of an IPv6 address, however it is written. */
export function networkOf(ip: string): string {
  if (isIpv4(ip)) return ip;
  const groups = groupsOf(ip);
  if (groups === null) return unknown;
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(":")}::/64`;
}

/** The eight groups of an IPv6 address; null: it is none. */
function groupsOf(ip: string): number[] | null {
  if (!/^[\da-f:.]*:[\da-f:.]*$/i.test(ip)) return null;
  const host = URL.parse(`http://[${ip}]`)?.hostname.slice(1, -1); // Checked, in lower case, without dots.
  if (host === undefined) return null;
  const [left = [], right] = host.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = right === undefined ? [] : Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...(right ?? [])].map((group) => Number.parseInt(group, 16));
}
