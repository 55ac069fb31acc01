/** What a foreign listener's first octets say, in words that are safe to show. */
import type { Listener, PathReport } from "../model/mod.ts";
import { escapeText } from "../wire/mod.ts";
import { octetsOf } from "./octets.ts";
import { quote } from "./words.ts";

const WORDS: Readonly<Record<Listener, string>> = {
  "ike-tcp": "a stream of RFC 9329 that does not hold together (a stream prefix, or a wrong Length)",
  "ike-unframed": "IKE without the frames of RFC 9329",
  tls: "TLS",
  http: "HTTP",
  ssh: "SSH",
  tcpt: "Check Point's TCPT (Visitor Mode)",
  ctcp: "Cisco's cTCP",
  echo: "an echo of our own octets",
  smtp: "SMTP",
  other: "something that is not RFC 9329",
};

/** A web server's answer, as far as it was kept. */
export interface HttpBanner {
  readonly status: number;
  readonly line: string;
  readonly server?: string;
  readonly via?: string;
  readonly location?: string;
}

/** `HTTP`, `SSH`, ...: what speaks there. */
export function listenerName(path: PathReport): string {
  return WORDS[path.speaks ?? "other"] ?? WORDS.other;
}

/** The first line of what it said, quoted; undefined for nothing. */
export function firstLine(path: PathReport): string | undefined {
  const octets = octetsOf(path.banner);
  if (octets.length === 0) return undefined;
  const end = octets.findIndex((octet) => octet === 10 || octet === 13);
  return quote(octets.subarray(0, Math.min(end < 0 ? 60 : end, 60)));
}

/** Undefined when it is not HTTP. */
export function httpBanner(path: PathReport): HttpBanner | undefined {
  if (path.speaks !== "http") return undefined;
  const text = String.fromCharCode(...octetsOf(path.banner));
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(text)?.[1];
  if (status === undefined) return undefined;
  const header = (name: string) => {
    const value = new RegExp(`^${name}:[ \\t]*([^\\r\\n]*)`, "im").exec(text)?.[1];
    return value === undefined || value === "" ? {} : { [name]: value };
  };
  const line = escapeText(/^[^\r\n]*/.exec(text)![0]);
  return { status: Number(status), line, ...header("server"), ...header("via"), ...header("location") };
}

/** A captive portal: 511, or a redirect to a host that is not the one asked (RFC 6585 §6, RFC 8952). */
export function isCaptivePortal(http: HttpBanner, hosts: readonly string[]): boolean {
  if (http.status === 511) return true;
  if (http.status < 300 || http.status > 399 || http.location === undefined) return false;
  const to = /^[a-z]+:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)/i.exec(http.location)?.[1];
  return to !== undefined && !hosts.some((host) => host.toLowerCase() === to.replace(/^\[|\]$/g, "").toLowerCase());
}
