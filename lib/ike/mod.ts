/** IKEv2 messages: header, payloads, registries, dumps. Octets in, values out; nothing here knows a socket or a clock. */
export { dumpMessage, dumpWithMarks, hexdump, markedRow } from "./dump.ts";
export { decodeHeader, FLAG, type Header, HEADER_LENGTH } from "./header.ts";
export type { IsakmpContents } from "./isakmp.ts";
export { type DecodedMessage, decodeMessage, encodeMessage, type OutgoingMessage } from "./message.ts";
export {
  decodeInvalidKe,
  decodePuzzle,
  decodeRedirect,
  decodeSignatureHashes,
  encodeRedirect,
  notifyMeaning,
  type Puzzle,
  type Redirect,
} from "./notify_data.ts";
export {
  type Attribute,
  type CertReqPayload,
  describeEncrypted,
  describeTransform,
  isEncrypted,
  type KePayload,
  type NoncePayload,
  type NotifyPayload,
  type Payload,
  type PayloadBase,
  payloadType,
  type Proposal,
  type PuzzleSolutionPayload,
  type SaPayload,
  type Transform,
  type UnknownPayload,
  type VendorIdPayload,
} from "./payloads/mod.ts";
export * from "./registries/mod.ts";
export type { Entry, Namer } from "./registry.ts";
export {
  checkRequest,
  checkResponse,
  criticalUnknown,
  PRESENCE,
  type PresenceRule,
  type SizeRule,
  SIZES,
} from "./rules.ts";
export { groupStrength, keyBits, RATED_GROUPS, strongestGroup } from "./strength.ts";
export { summarizeMessage } from "./summary.ts";
export { vendorName } from "./vendor_ids.ts";
