/** Numbers of IKEv1 (ISAKMP, RFC 2408), as far as they are needed to say what an old gateway sent. */
import { entries, type Entry, type Namer, namer } from "../registry.ts";

/** ISAKMP exchange types (RFC 2408 §3.1, RFC 2409 §5). */
export const ISAKMP_EXCHANGE_TYPE: readonly Entry[] = entries("RFC 2408", [
  [0, "None"],
  [1, "Base"],
  [2, "Main Mode"],
  [3, "Authentication Only"],
  [4, "Aggressive Mode"],
  [5, "Informational"],
  [6, "Transaction", "draft-ietf-ipsec-isakmp-mode-cfg"],
  [32, "Quick Mode", "RFC 2409"],
  [33, "New Group Mode", "RFC 2409"],
]);

/** `Main Mode` for 2. */
export const isakmpExchangeName: Namer = namer(ISAKMP_EXCHANGE_TYPE, { reserved: [[7, 31]], privateUse: [[240, 255]] });

/** ISAKMP payload types (RFC 2408 §3.1, RFC 3947 §3.2). */
export const ISAKMP_PAYLOAD_TYPE: readonly Entry[] = entries("RFC 2408", [
  [0, "NONE"],
  [1, "SA"],
  [2, "P"],
  [3, "T"],
  [4, "KE"],
  [5, "ID"],
  [6, "CERT"],
  [7, "CR"],
  [8, "HASH"],
  [9, "SIG"],
  [10, "NONCE"],
  [11, "N"],
  [12, "D"],
  [13, "VID"],
  [14, "ATTR", "draft-ietf-ipsec-isakmp-mode-cfg"],
  [20, "NAT-D", "RFC 3947"],
  [21, "NAT-OA", "RFC 3947"],
]);

/** `SA` for 1. */
export const isakmpPayloadName: Namer = namer(ISAKMP_PAYLOAD_TYPE, {
  reserved: [[15, 19], [22, 127]],
  privateUse: [[128, 255]],
});

/** ISAKMP notify message types (RFC 2408 §3.14.1, RFC 2407 §4.6.3). */
export const ISAKMP_NOTIFY: readonly Entry[] = entries("RFC 2408", [
  [1, "INVALID-PAYLOAD-TYPE"],
  [2, "DOI-NOT-SUPPORTED"],
  [3, "SITUATION-NOT-SUPPORTED"],
  [4, "INVALID-COOKIE"],
  [5, "INVALID-MAJOR-VERSION"],
  [6, "INVALID-MINOR-VERSION"],
  [7, "INVALID-EXCHANGE-TYPE"],
  [8, "INVALID-FLAGS"],
  [9, "INVALID-MESSAGE-ID"],
  [10, "INVALID-PROTOCOL-ID"],
  [11, "INVALID-SPI"],
  [12, "INVALID-TRANSFORM-ID"],
  [13, "ATTRIBUTES-NOT-SUPPORTED"],
  [14, "NO-PROPOSAL-CHOSEN"],
  [15, "BAD-PROPOSAL-SYNTAX"],
  [16, "PAYLOAD-MALFORMED"],
  [17, "INVALID-KEY-INFORMATION"],
  [18, "INVALID-ID-INFORMATION"],
  [19, "INVALID-CERT-ENCODING"],
  [20, "INVALID-CERTIFICATE"],
  [21, "CERT-TYPE-UNSUPPORTED"],
  [22, "INVALID-CERT-AUTHORITY"],
  [23, "INVALID-HASH-INFORMATION"],
  [24, "AUTHENTICATION-FAILED"],
  [25, "INVALID-SIGNATURE"],
  [26, "ADDRESS-NOTIFICATION"],
  [27, "NOTIFY-SA-LIFETIME"],
  [28, "CERTIFICATE-UNAVAILABLE"],
  [29, "UNSUPPORTED-EXCHANGE-TYPE"],
  [30, "UNEQUAL-PAYLOAD-LENGTHS"],
  [16384, "CONNECTED"],
  [24576, "RESPONDER-LIFETIME", "RFC 2407"],
  [24577, "REPLAY-STATUS", "RFC 2407"],
  [24578, "INITIAL-CONTACT", "RFC 2407"],
  [36136, "R-U-THERE", "RFC 3706"],
  [36137, "R-U-THERE-ACK", "RFC 3706"],
]);

/** `NO-PROPOSAL-CHOSEN` for 14. */
export const isakmpNotifyName: Namer = namer(ISAKMP_NOTIFY, { privateUse: [[8192, 16383], [32768, 40959]] });
