/** The addresses of this machine. */
import { canonicalAddress, familyOf, splitZone } from "../wire/mod.ts";

/**
 * Addresses of all interfaces, loopback too, link-local ones with their zone. None where the permission to look is missing
 * (`--allow-sys=networkInterfaces`).
 */
export function localAddresses(family?: 4 | 6): string[] {
  const query = { name: "sys", kind: "networkInterfaces" } as const;
  if (Deno.permissions.querySync(query).state !== "granted") return [];
  const addresses = Deno.networkInterfaces().map(({ name, address }) => {
    const bare = splitZone(address).address;
    return canonicalAddress(/^fe[89ab][0-9a-f]:/i.test(bare) ? `${bare}%${name}` : bare);
  });
  return [...new Set(addresses)].filter((address) => family === undefined || familyOf(address) === family);
}
