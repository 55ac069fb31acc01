/**
 * The one table of faults: what a gateway can be told to do wrong. Help, parsing and tests are derived from it; the
 * functions are elsewhere in this folder. Nothing here loads protocol code, so that help is quick.
 */
import type { FindingCode, Transport } from "../../model/mod.ts";

/** What follows the name, behind a colon. */
export interface FaultArgument {
  /** Its name in help, in capitals. */
  readonly label: string;
  /** Used when the argument is left out; without it, the argument is required. */
  readonly default?: string;
}

/** A fault, described. */
export interface FaultDescription {
  readonly name: string;
  readonly transports: readonly Transport[];
  readonly argument?: FaultArgument;
  /** For help: what the gateway does. */
  readonly means: string;
  /** Findings that this fault, seen from the other end, leads to or is a look-alike of. */
  readonly shows: readonly FindingCode[];
}

const ALL = ["udp", "tcp", "tls"] as const;
const STREAM = ["tcp", "tls"] as const;

/** Silence and delay. */
const SILENCE = [
  {
    name: "refuse",
    transports: ALL,
    means: "does not listen: ICMP port unreachable, or RST to the SYN",
    shows: ["udp-refused", "tcp-refused", "tcp-not-offered"],
  },
  {
    name: "drop",
    transports: ALL,
    means: "ignores every message",
    shows: ["udp-blocked", "udp-500-blocked", "udp-4500-blocked"],
  },
  {
    name: "drop-first",
    transports: ALL,
    argument: { label: "N", default: "1" },
    means: "ignores the first N messages of each address",
    shows: ["loss"],
  },
  {
    name: "drop-every",
    transports: ALL,
    argument: { label: "N", default: "2" },
    means: "ignores every Nth message",
    shows: ["loss"],
  },
  {
    name: "drop-stateless",
    transports: ALL,
    means: "ignores what leaves no state: other major versions, IKE_SA_INIT without payloads",
    shows: [],
  },
  {
    name: "drop-larger",
    transports: ALL,
    argument: { label: "OCTETS", default: "1280" },
    means: "ignores messages of more octets",
    shows: ["fragments-dropped", "pmtu-blackhole"],
  },
  {
    name: "loss",
    transports: ["udp"],
    argument: { label: "PERCENT[/SEED]", default: "30" },
    means: "loses so many requests, and so many of the answers",
    shows: ["loss"],
  },
  { name: "delay", transports: ALL, argument: { label: "MS", default: "200" }, means: "answers late", shows: [] },
  {
    name: "rate-limit",
    transports: ALL,
    argument: { label: "N", default: "3" },
    means: "answers the first N messages of an address, then ignores it",
    shows: ["rate-limited"],
  },
] as const satisfies readonly FaultDescription[];

/** Connections that never get as far as IKE. */
const CONNECTION = [
  { name: "close", transports: STREAM, means: "closes every connection at once (FIN)", shows: ["tcp-hangup"] },
  { name: "reset", transports: STREAM, means: "resets every connection at once (RST)", shows: ["tcp-hangup"] },
  { name: "mute", transports: STREAM, means: "reads everything and says nothing", shows: ["tcp-mute"] },
  { name: "tarpit", transports: STREAM, means: "accepts, and reads nothing", shows: ["tcp-mute"] },
  {
    name: "close-after",
    transports: STREAM,
    argument: { label: "MS", default: "1000" },
    means: "closes every connection after this time, whatever happens on it",
    shows: ["idle-timeout", "tcp-hangup"],
  },
  {
    name: "http",
    transports: STREAM,
    argument: { label: "STATUS", default: "400" },
    means: "is a web server: 400 error page, 302 captive portal",
    shows: ["foreign-protocol"],
  },
  { name: "ssh", transports: STREAM, means: "is an SSH server", shows: ["foreign-protocol"] },
  {
    name: "banner",
    transports: STREAM,
    argument: { label: "TEXT" },
    means: "greets with this text (\\xNN and \\n are octets), then is mute",
    shows: ["foreign-protocol"],
  },
  {
    name: "tls-alert",
    transports: STREAM,
    means: "answers the first octets with a TLS alert",
    shows: ["foreign-protocol"],
  },
  { name: "echo", transports: ALL, means: "sends everything back", shows: ["foreign-protocol", "stray-response"] },
  { name: "tcpt", transports: STREAM, means: "speaks Check Point's TCPT", shows: ["foreign-protocol"] },
  {
    name: "garbage",
    transports: STREAM,
    argument: { label: "KIB", default: "1024" },
    means: "floods with random octets",
    shows: ["foreign-protocol"],
  },
  {
    name: "drip",
    transports: STREAM,
    argument: { label: "MS", default: "1000" },
    means: "sends one octet of an endless frame in so many milliseconds",
    shows: ["tcp-mute"],
  },
] as const satisfies readonly FaultDescription[];

/** What RFC 9329 says of prefix and frames, and what becomes of it. */
const STREAM_RULES = [
  {
    name: "prefix-reset",
    transports: ["tcp"],
    means: "resets connections whose first segment begins with IKETCP, as an inspecting middlebox",
    shows: ["prefix-reset", "prefix-evaded"],
  },
  {
    name: "prefix-drop",
    transports: ["tcp"],
    means: "swallows what comes on connections whose first segment begins with IKETCP",
    shows: ["prefix-dropped", "prefix-evaded"],
  },
  {
    name: "prefix-close",
    transports: ["tcp"],
    means: "closes connections whose first segment begins with IKETCP",
    shows: ["tcp-hangup"],
  },
  {
    name: "prefix-whole",
    transports: STREAM,
    means: "closes when IKETCP comes in two segments, as libreswan",
    shows: ["split-rejected"],
  },
  {
    name: "prefix-unchecked",
    transports: STREAM,
    means: "takes any six octets for IKETCP",
    shows: ["prefix-unchecked"],
  },
  {
    name: "keepalive-close",
    transports: STREAM,
    means: "closes when a NAT-keepalive comes",
    shows: ["keepalive-rejected"],
  },
  {
    name: "unframed",
    transports: STREAM,
    means: "answers without Length and marker: raw IKE in the stream",
    shows: ["foreign-protocol"],
  },
  {
    name: "endless-frame",
    transports: STREAM,
    means: "announces a frame of 65535 octets in place of the answer, and never completes it",
    shows: ["stream-modified", "tcp-mute"],
  },
  {
    name: "frame-length",
    transports: STREAM,
    argument: { label: "DELTA", default: "4" },
    means: "adds this to the Length of frames",
    shows: ["stream-modified"],
  },
  {
    name: "corrupt-stream",
    transports: ["tcp", "tls"],
    argument: { label: "OFFSET", default: "8" },
    means: "flips a bit of this octet of its stream, counted from 0",
    shows: ["stream-modified"],
  },
  {
    name: "split",
    transports: STREAM,
    argument: { label: "OCTETS", default: "1" },
    means: "sends answers in segments of so many octets",
    shows: [],
  },
  {
    name: "keepalives",
    transports: ALL,
    argument: { label: "N", default: "3" },
    means: "sends so many NAT-keepalives before each answer",
    shows: [],
  },
  {
    name: "esp",
    transports: ALL,
    argument: { label: "N", default: "3" },
    means: "sends so many ESP packets of nobody's SA before each answer",
    shows: [],
  },
  {
    name: "hang-up",
    transports: STREAM,
    means: "closes after answers that accept nothing, while there is no SA, as libreswan",
    shows: ["hangs-up-early"],
  },
  { name: "close-after-answer", transports: STREAM, means: "closes after every answer", shows: [] },
  { name: "reset-after-answer", transports: STREAM, means: "resets after every answer", shows: ["reset-injected"] },
] as const satisfies readonly FaultDescription[];

/** Answers that are wrong. */
const ANSWERS = [
  {
    name: "corrupt",
    transports: ALL,
    argument: { label: "OFFSET", default: "30" },
    means: "flips a bit of this octet of each IKE answer",
    shows: ["stream-modified", "malformed-response", "stray-response"],
  },
  {
    name: "truncate",
    transports: ALL,
    argument: { label: "OCTETS", default: "40" },
    means: "cuts so many octets off the end of answers",
    shows: ["malformed-response"],
  },
  {
    name: "extra",
    transports: ALL,
    argument: { label: "OCTETS", default: "8" },
    means: "adds so many octets behind the end of answers",
    shows: ["malformed-response"],
  },
  {
    name: "ike-length",
    transports: ALL,
    argument: { label: "DELTA", default: "16" },
    means: "adds this to the Length in the IKE header",
    shows: ["malformed-response"],
  },
  {
    name: "malformed",
    transports: ALL,
    argument: { label: "KIND", default: "payload-length" },
    means: "answers that break a rule: payload-length, zero-length, garbage, no-ke, no-nonce, short-nonce, bad-ke, " +
      "other-group, not-offered, two-proposals",
    shows: ["malformed-response"],
  },
  {
    name: "critical-payload",
    transports: ALL,
    means: "adds an unknown critical payload to answers",
    shows: ["malformed-response"],
  },
  { name: "wrong-spi", transports: ALL, means: "answers with another initiator SPI", shows: ["stray-response"] },
  {
    name: "wrong-message-id",
    transports: ALL,
    means: "answers with message ID 1",
    shows: ["stray-response"],
  },
  {
    name: "wrong-exchange",
    transports: ALL,
    means: "answers with exchange type INFORMATIONAL",
    shows: ["stray-response"],
  },
  {
    name: "other-port",
    transports: ["udp"],
    means: "answers from another port",
    shows: ["stray-response"],
  },
  {
    name: "other-source",
    transports: ["udp"],
    argument: { label: "ADDRESS" },
    means: "answers from another address of this machine",
    shows: ["stray-response"],
  },
  { name: "twice", transports: ALL, means: "sends every answer twice", shows: [] },
  {
    name: "error-first",
    transports: ALL,
    argument: { label: "NOTIFY", default: "NO_PROPOSAL_CHOSEN" },
    means: "sends this error before every answer",
    shows: ["conflicting-responses"],
  },
  {
    name: "two-answers",
    transports: ALL,
    means: "sends two answers with different SPIs and key exchanges",
    shows: ["conflicting-responses"],
  },
  { name: "repeat-differs", transports: ALL, means: "answers a repeated request anew", shows: ["repeat-differs"] },
  {
    name: "flood",
    transports: ["udp"],
    argument: { label: "N", default: "200" },
    means: "sends so many datagrams of random octets before each answer",
    shows: ["stray-response"],
  },
  {
    name: "oversize",
    transports: ALL,
    argument: { label: "OCTETS", default: "2000" },
    means: "adds a notify of so many octets to answers",
    shows: ["fragments-dropped"],
  },
  {
    name: "vendor-id",
    transports: ALL,
    argument: { label: "TEXT", default: "\\x1b[31mred\\x07\\x00" },
    means: "announces this vendor ID (\\xNN is an octet): by default one with control characters",
    shows: [],
  },
] as const satisfies readonly FaultDescription[];

/** Negotiations that end badly, and NAT. */
const NEGOTIATION = [
  {
    name: "error",
    transports: ALL,
    argument: { label: "NOTIFY", default: "NO_PROPOSAL_CHOSEN" },
    means: "refuses with this error notify, by name or number",
    shows: ["no-proposal"],
  },
  {
    name: "cookie-loop",
    transports: ALL,
    means: "never takes a cookie",
    shows: ["negotiation-loop", "cookie-demanded"],
  },
  { name: "group-loop", transports: ALL, means: "always wants another group", shows: ["negotiation-loop"] },
  {
    name: "group",
    transports: ALL,
    argument: { label: "GROUP", default: "1024" },
    means: "wants a group by its number, which nobody may have offered",
    shows: ["ke-mismatch"],
  },
  {
    name: "redirect",
    transports: ALL,
    argument: { label: "GATEWAY" },
    means: "redirects everybody to an address or name",
    shows: ["redirected"],
  },
  {
    name: "redirect-self",
    transports: ALL,
    means: "redirects everybody to itself",
    shows: ["redirected", "negotiation-loop"],
  },
  {
    name: "puzzle",
    transports: ALL,
    argument: { label: "BITS", default: "40" },
    means: "demands a puzzle of this difficulty",
    shows: ["puzzle-demanded"],
  },
  { name: "ikev1", transports: ALL, means: "answers as IKEv1 only", shows: ["ikev1-only"] },
  {
    name: "version",
    transports: ALL,
    argument: { label: "MAJOR", default: "3" },
    means: "answers with this major version only",
    shows: ["version-mismatch"],
  },
  {
    name: "nat-gateway",
    transports: ALL,
    argument: { label: "ADDRESS[/PORT]", default: "192.168.1.1" },
    means: "behaves as behind a NAT: knows itself by this address",
    shows: ["nat-gateway"],
  },
  {
    name: "nat-client",
    transports: ALL,
    argument: { label: "ADDRESS[/PORT]", default: "198.51.100.7/61000" },
    means: "behaves as if requests came from this address",
    shows: ["nat-client", "port-rewritten"],
  },
  { name: "no-nat-detection", transports: ALL, means: "leaves NAT_DETECTION_* out", shows: [] },
] as const satisfies readonly FaultDescription[];

/** TLS. */
const TLS = [
  {
    name: "tls-expired",
    transports: ["tls"],
    means: "shows a certificate that expired",
    shows: ["tls-certificate"],
  },
  {
    name: "tls-name",
    transports: ["tls"],
    argument: { label: "NAME", default: "wrong.example" },
    means: "shows a certificate for this name",
    shows: ["tls-certificate"],
  },
  {
    name: "tls-refuse",
    transports: ["tls"],
    argument: { label: "ALERT", default: "handshake_failure" },
    means: "ends handshakes with this alert",
    shows: ["tls-failed"],
  },
  { name: "tls-close", transports: ["tls"], means: "closes during the handshake", shows: ["tls-failed"] },
  { name: "tls-mute", transports: ["tls"], means: "never answers the ClientHello", shows: ["tls-failed", "tcp-mute"] },
] as const satisfies readonly FaultDescription[];

/** All faults, grouped for help. */
export const FAULT_GROUPS = [
  { title: "Silence and delay", faults: SILENCE },
  { title: "Connections that never get as far as IKE", faults: CONNECTION },
  { title: "Stream prefix, frames and connections", faults: STREAM_RULES },
  { title: "Answers that are wrong", faults: ANSWERS },
  { title: "Negotiation and NAT", faults: NEGOTIATION },
  { title: "TLS", faults: TLS },
] as const;

/** Every fault's name. */
export type FaultName = (typeof FAULT_GROUPS)[number]["faults"][number]["name"];

/** All faults, in order. */
export const FAULTS: readonly (FaultDescription & { readonly name: FaultName })[] = FAULT_GROUPS
  .flatMap((group): readonly (FaultDescription & { readonly name: FaultName })[] => group.faults);
