/** Names of ICMP errors (RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1, RFC 4443 §3) and what each means for a probe. */
import type { Failure } from "../model/mod.ts";

type Entry = readonly [name: string, failure: Failure];

/** Codes of ICMP type 3, destination unreachable. */
const UNREACHABLE_4: Readonly<Record<number, Entry>> = {
  0: ["network unreachable", "net-unreachable"],
  1: ["host unreachable", "host-unreachable"],
  2: ["protocol unreachable", "prohibited"],
  3: ["port unreachable", "refused"],
  4: ["fragmentation needed", "message-too-long"],
  5: ["source route failed", "host-unreachable"],
  6: ["network unknown", "net-unreachable"],
  7: ["host unknown", "host-unreachable"],
  8: ["source host isolated", "host-unreachable"],
  9: ["network administratively prohibited", "prohibited"],
  10: ["host administratively prohibited", "prohibited"],
  11: ["network unreachable for this type of service", "net-unreachable"],
  12: ["host unreachable for this type of service", "host-unreachable"],
  13: ["communication administratively prohibited", "prohibited"],
  14: ["host precedence violation", "prohibited"],
  15: ["precedence cutoff", "prohibited"],
};

/** Codes of ICMPv6 type 1, destination unreachable. */
const UNREACHABLE_6: Readonly<Record<number, Entry>> = {
  0: ["no route to destination", "net-unreachable"],
  1: ["communication administratively prohibited", "prohibited"],
  2: ["beyond scope of source address", "net-unreachable"],
  3: ["address unreachable", "host-unreachable"],
  4: ["port unreachable", "refused"],
  5: ["source address failed policy", "prohibited"],
  6: ["route to destination rejected", "prohibited"],
};

/** Never fails: an unknown type is named by its numbers. */
export function describeIcmp(version: 4 | 6, type: number, code: number): { name: string; failure: Failure } {
  const entry = version === 4 ? icmp4(type, code) : icmp6(type, code);
  const [name, failure] = entry ?? [`ICMP${version === 6 ? "v6" : ""} type ${type} code ${code}`, "other"];
  return { name, failure };
}

function icmp4(type: number, code: number): Entry | undefined {
  if (type === 3) return UNREACHABLE_4[code] ?? [`destination unreachable, code ${code}`, "host-unreachable"];
  if (type === 11) return [code === 0 ? "time exceeded in transit" : "fragment reassembly time exceeded", "other"];
  return type === 12 ? ["parameter problem", "other"] : undefined;
}

function icmp6(type: number, code: number): Entry | undefined {
  if (type === 1) return UNREACHABLE_6[code] ?? [`destination unreachable, code ${code}`, "host-unreachable"];
  if (type === 2) return ["packet too big", "message-too-long"];
  if (type === 3) return [code === 0 ? "hop limit exceeded in transit" : "fragment reassembly time exceeded", "other"];
  return type === 4 ? ["parameter problem", "other"] : undefined;
}
