/** IKEv2 Security Protocol Identifiers (IANA, Internet Key Exchange Version 2 Parameters). */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned protocols. */
export const SECURITY_PROTOCOL: readonly Entry[] = entries("RFC 7296", [
  [0, "NONE"],
  [1, "IKE"],
  [2, "AH"],
  [3, "ESP"],
  [4, "FC_ESP_HEADER", "RFC 4595"],
  [5, "FC_CT_AUTHENTICATION", "RFC 4595"],
  [6, "GIKE_UPDATE", "RFC 9838"],
]);

/** `IKE` for 1. */
export const securityProtocolName: Namer = namer(SECURITY_PROTOCOL, { privateUse: [[201, 255]] });
