/** IKEv2 Exchange Types (IANA, Internet Key Exchange Version 2 Parameters). */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** All assigned exchange types. */
export const EXCHANGE_TYPE: readonly Entry[] = entries("RFC 7296", [
  [34, "IKE_SA_INIT"],
  [35, "IKE_AUTH"],
  [36, "CREATE_CHILD_SA"],
  [37, "INFORMATIONAL"],
  [38, "IKE_SESSION_RESUME", "RFC 5723"],
  [39, "GSA_AUTH", "RFC 9838"],
  [40, "GSA_REGISTRATION", "RFC 9838"],
  [41, "GSA_REKEY", "RFC 9838"],
  [42, "GSA_INBAND_REKEY", "RFC 9838"],
  [43, "IKE_INTERMEDIATE", "RFC 9242"],
  [44, "IKE_FOLLOWUP_KE", "RFC 9370"],
]);

/** `IKE_SA_INIT` for 34. */
export const exchangeTypeName: Namer = namer(EXCHANGE_TYPE, { reserved: [[0, 33]], privateUse: [[240, 255]] });
