/** From `--fault` to functions. A name in the table without an entry here is a type error. */
import { NOTIFY } from "../../ike/mod.ts";
import { isAddress } from "../../wire/address.ts";
import * as connections from "./connections.ts";
import type { Fault } from "./fault.ts";
import * as foreign from "./foreign.ts";
import * as forgeries from "./forgeries.ts";
import * as nat from "./nat.ts";
import * as negotiations from "./negotiations.ts";
import type { FaultName } from "./names.ts";
import * as silence from "./silence.ts";
import { type FaultSpec, formatFaultSpec } from "./spec.ts";
import * as streams from "./streams.ts";
import * as tls from "./tls.ts";
import * as wrong from "./wrong_answers.ts";

/** A whole number of an argument. */
function whole(text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || value < min || value > max) {
    throw new TypeError(`"${text}" is no whole number from ${min} to ${max}`);
  }
  return value;
}

const MAX_MS = 600_000;
const MAX_OCTETS = 60_000;

/** `30`, or `30/7` with a seed. */
function percentAndSeed(text: string): [number, number] {
  const [percent = "", seed = "1"] = text.split("/");
  return [whole(percent, 0, 100), whole(seed, 0, 2 ** 31)];
}

/** A notify type by IANA name or number. */
function notifyType(text: string): number {
  const known = NOTIFY.find((entry) => entry.name === text.toUpperCase());
  if (known !== undefined) return known.id;
  if (!/^\d+$/.test(text)) throw new TypeError(`"${text}" is no notify type`);
  return whole(text, 0, 65_535);
}

/** `192.0.2.1`, `192.0.2.1/4500`, `2001:db8::1/4500`. */
function place(text: string): nat.Place {
  const slash = text.lastIndexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  if (!isAddress(address)) throw new TypeError(`"${address}" is no IP address`);
  return slash < 0 ? { address } : { address, port: whole(text.slice(slash + 1), 0, 65_535) };
}

function localAddress(text: string): string {
  if (!isAddress(text)) throw new TypeError(`"${text}" is no IP address`);
  return text;
}

function oneOf(text: string, known: readonly string[]): string {
  if (!known.includes(text)) throw new TypeError(`"${text}" is none of ${known.join(", ")}`);
  return text;
}

const CREATE: Readonly<Record<FaultName, (argument: string) => Fault>> = {
  refuse: () => ({ refuse: true }),
  drop: silence.drop,
  "drop-first": (n) => silence.dropFirst(whole(n, 1, 1e6)),
  "drop-every": (n) => silence.dropEvery(whole(n, 1, 1e6)),
  "drop-stateless": silence.dropStateless,
  "drop-larger": (octets) => silence.dropLarger(whole(octets, 1, 65_535)),
  loss: (text) => silence.loss(...percentAndSeed(text)),
  delay: (ms) => silence.delay(whole(ms, 0, MAX_MS)),
  "rate-limit": (n) => silence.rateLimit(whole(n, 0, 1e6)),

  close: connections.close,
  reset: connections.reset,
  mute: connections.mute,
  tarpit: connections.tarpit,
  "close-after": (ms) => connections.closeAfter(whole(ms, 0, MAX_MS)),
  http: (status) => foreign.http(whole(status, 100, 599)),
  ssh: foreign.ssh,
  banner: foreign.banner,
  "tls-alert": foreign.tlsAlert,
  echo: foreign.echo,
  tcpt: foreign.tcpt,
  garbage: (kib) => connections.garbage(whole(kib, 1, 1e6)),
  drip: (ms) => connections.drip(whole(ms, 1, MAX_MS)),

  "prefix-reset": () => streams.onPrefix("rst"),
  "prefix-drop": () => streams.onPrefix("mute"),
  "prefix-close": () => streams.onPrefix("fin"),
  "prefix-whole": streams.prefixWhole,
  "prefix-unchecked": streams.prefixUnchecked,
  "keepalive-close": streams.keepaliveClose,
  unframed: streams.unframed,
  "endless-frame": streams.endlessFrame,
  "frame-length": (delta) => streams.frameLength(whole(delta, -65_535, 65_535)),
  "corrupt-stream": (offset) => streams.corruptStream(whole(offset, 0, 1e6)),
  split: (octets) => streams.split(whole(octets, 1, 65_535)),
  keepalives: (n) => streams.keepalives(whole(n, 1, 1000)),
  esp: (n) => streams.esp(whole(n, 1, 1000)),
  "hang-up": streams.hangUp,
  "close-after-answer": () => streams.afterAnswer("fin"),
  "reset-after-answer": () => streams.afterAnswer("rst"),

  corrupt: (offset) => wrong.corrupt(whole(offset, 0, 65_535)),
  truncate: (octets) => wrong.truncate(whole(octets, 1, 65_535)),
  extra: (octets) => wrong.extra(whole(octets, 1, MAX_OCTETS)),
  "ike-length": (delta) => wrong.ikeLength(whole(delta, -65_535, 65_535)),
  malformed: (kind) => wrong.malformed(oneOf(kind, wrong.MALFORMED_KINDS)),
  "critical-payload": wrong.criticalPayload,
  "wrong-spi": wrong.wrongSpi,
  "wrong-message-id": wrong.wrongMessageId,
  "wrong-exchange": wrong.wrongExchange,
  "other-port": () => forgeries.otherSource(),
  "other-source": (address) => forgeries.otherSource(localAddress(address)),
  twice: forgeries.twice,
  "error-first": (type) => forgeries.errorFirst(notifyType(type)),
  "two-answers": forgeries.twoAnswers,
  "repeat-differs": forgeries.repeatDiffers,
  flood: (n) => forgeries.flood(whole(n, 1, 10_000)),
  oversize: (octets) => wrong.oversize(whole(octets, 1, MAX_OCTETS)),
  "vendor-id": (text) => negotiations.vendorId(foreign.unescapeText(text)),

  error: (type) => negotiations.error(notifyType(type)),
  "cookie-loop": negotiations.cookieLoop,
  "group-loop": negotiations.groupLoop,
  group: (id) => negotiations.group(whole(id, 1, 65_535)),
  redirect: negotiations.redirect,
  "redirect-self": () => negotiations.redirect(),
  puzzle: (bits) => negotiations.puzzle(whole(bits, 1, 255)),
  ikev1: negotiations.ikev1,
  version: (major) => negotiations.version(whole(major, 1, 15)),
  "nat-gateway": (text) => nat.natGateway(place(text)),
  "nat-client": (text) => nat.natClient(place(text)),
  "no-nat-detection": nat.noNatDetection,

  "tls-expired": tls.tlsExpired,
  "tls-name": tls.tlsName,
  "tls-refuse": (alert) => tls.tlsRefuse(oneOf(alert, Object.keys(tls.ALERTS))),
  "tls-close": tls.tlsClose,
  "tls-mute": tls.tlsMute,
};

/**
 * The functions of one fault, with counters of their own.
 *
 * @throws {TypeError} with a sentence for the user, when the argument does not fit.
 */
export function createFault(spec: FaultSpec): Fault {
  try {
    return CREATE[spec.name](spec.argument);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new TypeError(`Cannot read fault "${formatFaultSpec(spec)}": ${error.message}`);
  }
}
