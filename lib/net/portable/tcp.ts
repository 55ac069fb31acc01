/** TCP with the runtime's own sockets. */
import type { Endpoint } from "../../model/mod.ts";
import { canonicalAddress } from "../../wire/mod.ts";
import { alarm, systemClock } from "../clock.ts";
import { aborted, elapsed, failedBy, notOpened, zoneTrouble } from "../opening.ts";
import { PORTABLE_TCP } from "../sight.ts";
import type { ConnectOptions, Opened } from "../transport.ts";
import { ConnChannel } from "./stream.ts";

/** Connects to one address: one attempt, no race. */
export async function connectPortableTcp(remote: Endpoint, options: ConnectOptions): Promise<Opened> {
  const began = systemClock.now();
  const zone = zoneTrouble(remote.address);
  if (zone !== undefined) return notOpened(began, zone);
  if (options.signal?.aborted) return aborted(began);
  if (options.source !== undefined || options.sourcePort) {
    const detail = "the source of a TCP connection can be chosen on Linux with --allow-ffi only";
    return notOpened(began, { failure: "address-not-available", detail });
  }
  const stop = new AbortController();
  const cancelAlarm = alarm(options.until, () => stop.abort());
  const onAbort = () => stop.abort();
  options.signal?.addEventListener("abort", onAbort);
  try {
    const conn = await Deno.connect({ hostname: remote.address, port: remote.port, signal: stop.signal });
    conn.setNoDelay(true);
    const { hostname, port } = conn.localAddr;
    const ends = {
      local: { address: hostname, port },
      remote: { ...remote, address: canonicalAddress(remote.address) },
    };
    return { ok: true, channel: new ConnChannel(conn, { ...ends, sight: PORTABLE_TCP }), ms: elapsed(began) };
  } catch (error) {
    if (options.signal?.aborted) return aborted(began);
    if (!stop.signal.aborted) return failedBy(began, error);
    return notOpened(began, { failure: "timeout", detail: `no answer to the SYN in ${Math.round(elapsed(began))} ms` });
  } finally {
    cancelAlarm();
    options.signal?.removeEventListener("abort", onAbort);
  }
}
