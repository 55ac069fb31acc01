/** Names to addresses, as every other program of this machine does it: hosts file, search domains, DNS. */
import { canonicalAddress, familyOf, isAddress, splitZone } from "../wire/mod.ts";
import type { TargetAddress } from "../model/mod.ts";
import type { Resolved } from "./transport.ts";

/** What {@linkcode Resolved} is before its time is known. */
export type Answer = { readonly addresses: readonly TargetAddress[] } | { readonly detail: string };

/**
 * All addresses of a name, of one family if that is asked for; a literal is its own answer. A canonical name would cost
 * another query, so there is none.
 */
export async function resolve(name: string, family?: 4 | 6): Promise<Resolved> {
  const literal = literalAnswer(name, family);
  if (literal !== undefined) return told(literal, 0);
  // Loading it is no part of the time that the name took.
  const { askSystem } = await import("./system_resolver.ts");
  const { answer, ms } = await askSystem(name, family);
  return told(answer, ms);
}

function told(answer: Answer, ms: number): Resolved {
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
