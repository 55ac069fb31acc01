/** What is wrong with a server's certificate in itself. */
import type { CertificateReport } from "../../model/mod.ts";
import { canonicalAddress, isAddress, splitZone } from "../../wire/mod.ts";

/** Whether a name covers the host: a wildcard stands for one whole leftmost label (RFC 9525 §6.3). */
export function coversHost(names: readonly string[], host: string): boolean {
  const bare = splitZone(host).address;
  if (isAddress(bare)) return names.includes(canonicalAddress(bare));
  const wanted = host.toLowerCase().replace(/\.$/, "");
  const parent = wanted.slice(wanted.indexOf(".") + 1);
  return names.some((name) => {
    const pattern = name.toLowerCase();
    return pattern === wanted || (wanted.includes(".") && pattern === `*.${parent}`);
  });
}

/**
 * Reasons against a certificate, for a client that wants this host. The common name is no name of a host any more (RFC 9525
 * §2).
 *
 * @param now milliseconds since the epoch
 */
export function certificateFaults(leaf: CertificateReport, host: string, now: number): string[] {
  const faults: string[] = [];
  if (Date.parse(leaf.not_after) < now) faults.push(`expired on ${leaf.not_after}`);
  if (Date.parse(leaf.not_before) > now) faults.push(`not valid before ${leaf.not_before}`);
  if (leaf.names.length === 0) faults.push(`names no host, so not ${host}`);
  else if (!coversHost(leaf.names, host)) faults.push(`issued for ${leaf.names.join(", ")}, not for ${host}`);
  return faults;
}
