/** Follows REDIRECT (RFC 5685) from path to path: the new gateway is tried with the same transport (RFC 9329 §8.2). */
import { formatPathSpec, type PathReport } from "../model/mod.ts";
import { isAddress } from "../wire/mod.ts";

/** So many redirects in a row are followed (RFC 5685 §3 asks for a bound). */
export const MAX_REDIRECTS = 5;

/** How a chain of redirects ended. */
export interface RedirectChain {
  /** Gateways, hop by hop, as they were named. */
  readonly gateways: readonly string[];
  /** The last path that was tried, unless there was none. */
  readonly followed?: string;
  /** Why it ended without one. */
  readonly error?: string;
}

/** What following needs of a run. */
export interface RedirectSteps {
  /** The address of a gateway that a REDIRECT named; undefined when it does not resolve. */
  resolve(gateway: string): Promise<string | undefined>;
  /** The report of a path, which is tried now if it has not been tried before. */
  probe(address: string, origin: PathReport): Promise<PathReport>;
}

/** Walks from a path that was redirected to the end of the chain. */
export async function followRedirects(first: PathReport, steps: RedirectSteps): Promise<RedirectChain> {
  const gateways: string[] = [];
  const visited = new Set([first.id]);
  let at = first;
  while (at.ike?.outcome === "redirected") {
    const gateway = at.ike.redirects?.[0];
    if (gateway === undefined) break;
    gateways.push(gateway);
    if (gateways.length > MAX_REDIRECTS) return { gateways, error: `more than ${MAX_REDIRECTS} redirects in a row` };
    const address = isAddress(gateway) ? gateway : await steps.resolve(gateway);
    if (address === undefined) return { gateways, error: "the new gateway's name does not resolve" };
    const next = await steps.probe(address, at);
    if (visited.has(next.id)) {
      return { gateways, error: `a loop: ${formatPathSpec(first)} is redirected to where it was` };
    }
    visited.add(next.id);
    at = next;
  }
  return at === first ? { gateways } : { gateways, followed: at.id };
}
