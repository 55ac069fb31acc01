/** All key exchange groups that this program can use. Groups 1, 2, 5 and 22 to 24 are too weak (RFC 8247 §2.4). */
import { ECP256, ECP384, ECP521 } from "./ecp.ts";
import type { KeyExchangeGroup } from "./group.ts";
import { MODP_GROUPS } from "./modp.ts";
import { X25519, X448 } from "./montgomery.ts";

/** In the order of preference. */
export const KEY_EXCHANGE_GROUPS: readonly KeyExchangeGroup[] = [X25519, ECP256, ECP384, ECP521, ...MODP_GROUPS, X448];

/** The group with an IANA number, or undefined when this program cannot use it. */
export function keyExchangeGroup(id: number): KeyExchangeGroup | undefined {
  return KEY_EXCHANGE_GROUPS.find((group) => group.id === id);
}
