/** Names to addresses, as every other program of this machine does it: hosts file, search domains, DNS. */
import { lookup } from "node:dns/promises";
import process from "node:process";
import { canonicalAddress, familyOf, isAddress, splitZone } from "../wire/mod.ts";
import type { TargetAddress } from "../model/mod.ts";
import { alarm, systemClock } from "./clock.ts";
import { elapsed } from "./opening.ts";
import type { Resolved } from "./transport.ts";

// Deno 2.5 warns on standard error of a module that its own resolver uses (punycode), when a name does not exist. Nobody
// who runs a probe can do anything about that, and standard error is for one clear line.
process.removeAllListeners("warning");

/** A resolver that does not answer must not hold a run for ever. */
const RESOLVE_MS = 5_000;

const REASON: Readonly<Record<string, string>> = {
  ENOTFOUND: "the name does not exist, or has no address",
  ENODATA: "the name has no address",
  EAI_AGAIN: "the name server does not answer",
  EAI_NONAME: "the name does not exist, or has no address",
};

/** What {@linkcode Resolved} is before its time is known. */
type Answer = { readonly addresses: readonly TargetAddress[] } | { readonly detail: string };

/**
 * All addresses of a name, of one family if that is asked for; a literal is its own answer. A canonical name would cost
 * another query, so there is none.
 */
export async function resolve(name: string, family?: 4 | 6): Promise<Resolved> {
  const began = systemClock.now();
  const answer = literalAnswer(name, family) ?? await askSystem(name, family);
  const ms = elapsed(began);
  return "detail" in answer ? { ok: false, ...answer, ms } : { ok: true, ...answer, ms };
}

function literalAnswer(name: string, wanted?: 4 | 6): Answer | undefined {
  const address = literalAddress(name);
  if (address === undefined) {
    const detail = nameFault(name);
    return detail === undefined ? undefined : { detail };
  }
  const family = familyOf(address)!;
  if (wanted === undefined || wanted === family) return { addresses: [{ address, family }] };
  return { detail: `${address} is an IPv${family} address, and only IPv${wanted} was asked for` };
}

/** getaddrinfo(), with an end. */
async function askSystem(name: string, family?: 4 | 6): Promise<Answer> {
  const { promise: late, resolve: ring } = Promise.withResolvers<undefined>();
  const cancel = alarm(systemClock.now() + RESOLVE_MS, () => ring(undefined));
  try {
    const found = await Promise.race([lookup(name, { all: true, family: family ?? 0, verbatim: true }), late]);
    if (found === undefined) return { detail: `no answer from the resolver in ${RESOLVE_MS / 1000} s` };
    const addresses = [...new Set(found.map(({ address }) => canonicalAddress(address)))]
      .map((address) => ({ address, family: familyOf(address)! }))
      .filter((target) => family === undefined || target.family === family);
    return addresses.length > 0 ? { addresses } : { detail: `the name has no IPv${family ?? "4 or IPv6"} address` };
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    return { detail: REASON[code] ?? (error instanceof Error ? error.message : String(error)) };
  } finally {
    cancel();
  }
}

/** `[::1]`, `192.0.2.1`, `fe80::1%eth0`; undefined for a name. */
function literalAddress(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  const { address, zone } = splitZone(bare);
  if (!isAddress(address)) return undefined;
  const canonical = canonicalAddress(address);
  return zone === undefined ? canonical : `${canonical}%${zone}`;
}

/** RFC 1123 §2.1 loosely: what no resolver could take is told at once, and no query is made for it. */
function nameFault(name: string): string | undefined {
  if (name === "") return "the host is empty";
  if (name.length > 253) return "the name is longer than 253 characters";
  const bad = /[^\p{L}\p{M}\p{N}._-]/u.exec(name);
  if (bad !== null) return `"${bad[0]}" cannot be part of a host name`;
  if (/^[\d.]+$/.test(name)) return "four numbers of 0 to 255 make an IPv4 address";
  if (name.split(".").slice(0, -1).some((label) => label === "" || label.length > 63)) {
    return "each part of a name has 1 to 63 characters";
  }
  return undefined;
}
