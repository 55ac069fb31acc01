/** The options of `serve`, and how they become the options of a gateway. */
import { UsageError } from "../lib/cli/failure.ts";
import type { OptionTable, OptionValues } from "../lib/cli/option.ts";
import { parseFault } from "../lib/gateway/faults/spec.ts";
import type { GatewayOptions, ListenSpec } from "../lib/gateway/options.ts";
import { defaultEncoding, type UdpEncoding } from "../lib/model/mod.ts";
import { escapeText, isAddress } from "../lib/wire/mod.ts";

/** Stands for "no port" in `--udp`, `--tcp` and `--tls`. */
const NONE = "none";

/** See `ike-tcp serve --help`. */
export const SERVE_OPTIONS = {
  listen: {
    type: "list",
    short: "l",
    value: "ADDRESS,...",
    default: ["127.0.0.1", "::1"],
    help: "addresses to listen on; 0.0.0.0 and :: are all of a family",
  },
  udp: {
    type: "list",
    value: "PORT,...",
    default: ["10500/bare", "14500"],
    help:
      "UDP ports, 0 for a free one; /bare or /marker says how IKE lies in datagrams (bare on 500, marker elsewhere); none",
  },
  tcp: { type: "list", value: "PORT,...", default: ["14500"], help: "TCP ports (RFC 9329), 0 for a free one; none" },
  tls: {
    type: "list",
    value: "PORT,...",
    default: ["10443"],
    help: "ports for RFC 9329 inside TLS, 0 for a free one; none",
  },
  cert: {
    type: "string",
    value: "FILE",
    help: "certificate chain for TLS, PEM; without it: a self-signed one, made at start",
  },
  key: { type: "string", value: "FILE", help: "private key for TLS, PEM (PKCS #8)" },
  "tls-name": { type: "string", value: "NAME", default: "vpn.example", help: "name in the self-signed certificate" },
  groups: {
    type: "list",
    value: "GROUP,...",
    help:
      "key exchange groups, by name or number, in the order of preference: the first one that is offered is demanded",
  },
  encr: {
    type: "list",
    value: "CIPHER,...",
    help: "ciphers to accept: AES-GCM-16-256, AES-CBC-128, CHACHA20-POLY1305",
  },
  prf: { type: "list", value: "PRF,...", help: "pseudorandom functions to accept: HMAC-SHA2-256" },
  integ: { type: "list", value: "INTEG,...", help: "integrity algorithms to accept: HMAC-SHA2-256-128" },
  "no-proposal": { type: "boolean", help: "accept nothing: NO_PROPOSAL_CHOSEN to everybody" },
  cookie: { type: "boolean", help: "demand a cookie from everybody (RFC 7296 section 2.6)" },
  "cookie-from": {
    type: "number",
    value: "N",
    help: "demand a cookie when at least N SAs are half-open",
  },
  puzzle: { type: "number", value: "BITS", min: 1, max: 64, help: "demand a puzzle of this difficulty (RFC 8019)" },
  redirect: { type: "string", value: "GATEWAY", help: "redirect who supports it to this address or name (RFC 5685)" },
  "vendor-id": { type: "string", value: "TEXT", help: "announce this vendor ID; hex:... for octets" },
  fault: {
    type: "list",
    value: "FAULT,...",
    help: "do this wrong: [TRANSPORT[-PORT]:]NAME[:ARGUMENT], for example tcp:delay:200; names below",
  },
  log: {
    type: "string",
    value: "FORM",
    default: "text",
    choices: ["text", "jsonl"],
    help: "one line for each message seen, in this form",
  },
  "half-open": {
    type: "duration",
    value: "TIME",
    default: 30_000,
    max: 3_600_000,
    help: "how long half-open SAs are remembered",
  },
  idle: {
    type: "duration",
    value: "TIME",
    default: 120_000,
    min: 1000,
    help: "close connections that say nothing for so long",
  },
  "max-connections": {
    type: "number",
    value: "N",
    default: 256,
    min: 1,
    max: 10_000,
    help: "TCP and TLS connections at a time",
  },
} as const satisfies OptionTable;

type ServeValues = OptionValues<typeof SERVE_OPTIONS>;

function readPort(option: string, text: string): { port: number; encoding?: UdpEncoding } {
  const match = /^(\d{1,5})(?:\/(bare|marker))?$/.exec(text);
  const port = Number(match?.[1]);
  const encoding = match?.[2] as UdpEncoding | undefined;
  if (match === null || port > 65_535 || (encoding !== undefined && option !== "--udp")) {
    throw new UsageError(`Cannot read ${option} "${escapeText(text)}": expected ports from 0 to 65535`);
  }
  return encoding === undefined ? { port } : { port, encoding };
}

function ports(option: string, texts: readonly string[]): { port: number; encoding?: UdpEncoding }[] {
  return texts.filter((text) => text !== NONE).map((text) => readPort(option, text));
}

/**
 * All listeners, address by address.
 *
 * @throws {UsageError}
 */
export function listenSpecs(options: Pick<ServeValues, "listen" | "udp" | "tcp" | "tls">): ListenSpec[] {
  const udp = ports("--udp", options.udp).map(({ port, encoding }) => ({
    transport: "udp" as const,
    port,
    encoding: encoding ?? defaultEncoding(port),
  }));
  const tcp = ports("--tcp", options.tcp).map(({ port }) => ({ transport: "tcp" as const, port }));
  const tls = ports("--tls", options.tls).map(({ port }) => ({ transport: "tls" as const, port }));
  const specs = options.listen.flatMap((text) => {
    const address = text.replace(/^\[(.*)\]$/, "$1");
    if (!isAddress(address)) {
      throw new UsageError(`Cannot read --listen "${escapeText(text)}": expected IP addresses`);
    }
    return [...udp, ...tcp, ...tls].map((spec) => ({ ...spec, address }));
  });
  if (specs.length === 0) throw new UsageError("Nothing to listen on: give a port to --udp, --tcp or --tls");
  return specs;
}

/**
 * Everything but what files say.
 *
 * @throws {UsageError}
 */
export async function gatewayOptions(options: ServeValues): Promise<GatewayOptions> {
  const listen = listenSpecs(options);
  if ((options.cert === undefined) !== (options.key === undefined)) {
    throw new UsageError("--cert and --key belong together");
  }
  if (options.cookie && options["cookie-from"] !== undefined) {
    throw new UsageError("--cookie and --cookie-from exclude each other: --cookie is --cookie-from 0");
  }
  const faults = (options.fault ?? []).map((text) => usage(() => parseFault(text)));
  const { policyFor } = await import("./serve_policy.ts");
  const { createFault } = await import("../lib/gateway/faults/create.ts");
  for (const fault of faults) usage(() => createFault(fault));
  return {
    listen,
    faults,
    policy: usage(() => policyFor(options)),
    tlsName: options["tls-name"],
    limits: { connections: options["max-connections"], idleMs: options.idle },
  };
}

/** A complaint about the user's text is the user's business. */
function usage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw new UsageError(escapeText(error.message));
    throw error;
  }
}
