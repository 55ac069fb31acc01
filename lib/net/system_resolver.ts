/** The system's resolver. It comes with Node's world, which takes Deno 30 ms to build: only for who asks for a name. */
import { lookup } from "node:dns/promises";
import process from "node:process";
import { canonicalAddress, familyOf } from "../wire/mod.ts";
import { alarm, systemClock } from "./clock.ts";
import { Lookups } from "./lookups.ts";
import { elapsed } from "./opening.ts";
import type { Answer } from "./resolve.ts";

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

/** Half of the runtime's threads: the other half is enough for all its other work. */
const lookups = new Lookups(16, RESOLVE_MS);

const SILENT: Answer = { detail: `no answer from the resolver in ${RESOLVE_MS / 1000} s` };

/** getaddrinfo(), with an end. The time is that from the question; that others had to be waited for is no part of it. */
export async function askSystem(
  name: string,
  family?: 4 | 6,
): Promise<{ readonly answer: Answer; readonly ms: number }> {
  let began = systemClock.now();
  const asked = await lookups.ask(() => {
    began = systemClock.now();
    return lookup(name, { all: true, family: family ?? 0, verbatim: true });
  });
  const answer = asked === undefined ? SILENT : await answerOf(asked.answer, family);
  return { answer, ms: elapsed(began) };
}

async function answerOf(asked: Promise<readonly { readonly address: string }[]>, family?: 4 | 6): Promise<Answer> {
  const { promise: late, resolve: ring } = Promise.withResolvers<undefined>();
  const cancel = alarm(systemClock.now() + RESOLVE_MS, () => ring(undefined));
  try {
    const found = await Promise.race([asked, late]);
    if (found === undefined) return SILENT;
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
