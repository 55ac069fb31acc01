/**
 * TLS to an address: the TCP connection first, and TLS over it when that stands. Only then is TLS loaded: it brings Node's
 * world along, for 30 ms in which nothing else is looked at, and a RST to the SYN of another path would seem late.
 */
import type { Endpoint } from "../../model/mod.ts";
import type { Opened, TlsOptions } from "../transport.ts";
import type { Authorities } from "./secure.ts";
import type { Connect } from "./trust.ts";

/** Connects with `connect`, then makes TLS of it. */
export async function connectTls(
  remote: Endpoint,
  options: TlsOptions,
  connect: Connect,
  authorities: Authorities = {},
): Promise<Opened> {
  const opened = await connect(remote, options);
  if (!opened.ok) return opened;
  options.onConnected?.(opened.channel, opened.ms);
  const { secure } = await import("./secure.ts");
  return await secure(opened, remote, options, connect, authorities);
}
