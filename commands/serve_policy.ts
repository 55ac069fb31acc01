/** The policy that the options of `serve` ask for. Loads protocol code, so only `run` imports it. */
import type { OptionValues } from "../lib/cli/option.ts";
import { keyExchangeGroup } from "../lib/crypto/mod.ts";
import { DEFAULT_POLICY, type ResponderPolicy } from "../lib/exchange/responder_policy.ts";
import { suitesFor } from "../lib/gateway/algorithms.ts";
import { encodeRedirect, groupByName } from "../lib/ike/mod.ts";
import { familyOf, unhex } from "../lib/wire/mod.ts";
import type { SERVE_OPTIONS } from "./serve_options.ts";

function group(name: string): number {
  const id = groupByName(name);
  if (id === undefined) throw new TypeError(`Cannot accept group "${name}": not known; try X25519 or 14`);
  if (keyExchangeGroup(id) === undefined) throw new TypeError(`Cannot accept group "${name}": not supported`);
  return id;
}

/** Throws when it cannot be put into a REDIRECT. */
function checkRedirect(gateway: string): string {
  const family = familyOf(gateway);
  encodeRedirect({ kind: family === undefined ? "FQDN" : family === 4 ? "IPv4" : "IPv6", gateway });
  return gateway;
}

function vendorId(text: string): Uint8Array {
  return text.startsWith("hex:") ? unhex(text.slice(4)) : new TextEncoder().encode(text);
}

/**
 * See the file's head.
 *
 * @throws {TypeError|RangeError} with a sentence for the user.
 */
export function policyFor(options: OptionValues<typeof SERVE_OPTIONS>): ResponderPolicy {
  const { groups, encr, prf, integ, redirect } = options;
  const cookieFrom = options.cookie ? 0 : options["cookie-from"];
  const vendor = options["vendor-id"];
  return {
    ...DEFAULT_POLICY,
    suites: options["no-proposal"] ? [] : suitesFor({ encr, prf, integ }),
    groups: groups?.map(group) ?? DEFAULT_POLICY.groups,
    ...(cookieFrom !== undefined && { cookieFrom }),
    ...(options.puzzle !== undefined && { puzzleBits: options.puzzle }),
    ...(redirect !== undefined && { redirect: checkRedirect(redirect) }),
    vendorIds: vendor === undefined ? [] : [vendorId(vendor)],
    halfOpenMs: options["half-open"],
  };
}
