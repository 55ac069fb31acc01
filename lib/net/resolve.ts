/** Names to addresses, as every other program of this machine does it: hosts file, search domains, DNS. */
import { lookup } from "node:dns/promises";
import process from "node:process";
import { canonicalAddress, escapeText, familyOf, isAddress, splitZone } from "../wire/mod.ts";
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

/** Only an address of the family that was asked for; a literal is its own answer. */
export async function resolve(name: string, family?: 4 | 6): Promise<Resolved> {
  const began = performance.now();
  const ms = () => performance.now() - began;
  const literal = literalAddress(name);
  if (literal !== undefined) {
    const found = familyOf(literal)!;
    if (family === undefined || family === found) {
      return { ok: true, addresses: [{ address: literal, family: found }], ms: ms() };
    }
    return { ok: false, detail: `${literal} is an IPv${found} address, and only IPv${family} was asked for`, ms: ms() };
  }
  const wrong = nameFault(name);
  if (wrong !== undefined) return { ok: false, detail: wrong, ms: ms() };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((done) => timer = setTimeout(() => done("late"), RESOLVE_MS));
  try {
    const found = await Promise.race([lookup(name, { all: true, family: family ?? 0, verbatim: true }), late]);
    if (found === "late") {
      return { ok: false, detail: `no answer from the resolver in ${RESOLVE_MS / 1000} s`, ms: ms() };
    }
    const addresses = unique(found.map(({ address }) => canonicalAddress(address)))
      .map((address) => ({ address, family: familyOf(address)! }))
      .filter((a) => family === undefined || a.family === family);
    if (addresses.length > 0) return { ok: true, addresses, ms: ms() };
    return { ok: false, detail: `the name has no IPv${family ?? "4 or IPv6"} address`, ms: ms() };
  } catch (error) {
    const code = (error as { code?: string }).code ?? "";
    const words = REASON[code] ?? escapeText(error instanceof Error ? error.message : String(error));
    return { ok: false, detail: words, ms: ms() };
  } finally {
    clearTimeout(timer);
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
  if (bad !== null) return `"${escapeText(bad[0])}" cannot be part of a host name`;
  if (/^[\d.]+$/.test(name)) return "four numbers of 0 to 255 make an IPv4 address";
  if (name.split(".").slice(0, -1).some((label) => label === "" || label.length > 63)) {
    return "each part of a name has 1 to 63 characters";
  }
  return undefined;
}

function unique<T>(items: readonly T[]): T[] {
  return [...new Set(items)];
}
