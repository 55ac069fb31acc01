/**
 * The network as one host's run is given it: what it sends is counted, and a shortage of file descriptors, which is no
 * property of the gateway, is waited out.
 */
import type { Channel, Network, Opened } from "../net/transport.ts";

/** Packets of a TLS handshake that are ours: SYN, ClientHello, Finished; and the same again for a second opinion. */
const TLS_PACKETS = 3;

/** So long is waited for a descriptor where no deadline was given, and so often is asked, in milliseconds. */
const PATIENCE = { whole: 3_000, step: 25 } as const;

/** Who is told. */
export interface Meter {
  /** Packets went out: datagrams, SYNs, pieces of streams. */
  sent(packets: number): void;
  /** There was no descriptor to be had. */
  short(): void;
  /** A shortage lasted too long: what the run says of the host is not true. */
  starved(): void;
}

/** The network with a meter in it. */
export function metered(network: Network, meter: Meter): Network {
  const { clock, sight } = network;
  const opened = async (packets: number, until: number, open: () => Promise<Opened>): Promise<Opened> => {
    meter.sent(packets);
    let result = await open();
    for (let i = 0; isShortage(result); i++) {
      if (i === 0) meter.short();
      if (clock.now() + PATIENCE.step > until) {
        meter.starved();
        return result;
      }
      await clock.sleep(clock.now() + PATIENCE.step);
      result = await open();
    }
    if (result.ok) countSends(result.channel, meter);
    return result;
  };
  return {
    clock,
    sight,
    random: (length) => network.random(length),
    resolve: (name, family) => network.resolve(name, family),
    openUdp: (remote, options) => opened(0, clock.now() + PATIENCE.whole, () => network.openUdp(remote, options)),
    connectTcp: (remote, options) => opened(1, options.until, () => network.connectTcp(remote, options)),
    connectTls: (remote, options) => opened(TLS_PACKETS, options.until, () => network.connectTls(remote, options)),
    ...(network.searchNat && { searchNat: (question, bounds) => network.searchNat!(question, bounds) }),
  };
}

/** In place, as a channel's users need all the rest of it as it is. */
function countSends(channel: Channel, meter: Meter): void {
  const send = channel.send.bind(channel);
  channel.send = (data) => {
    meter.sent(1);
    return send(data);
  };
}

/** EMFILE: the process has too many files open; ENFILE: the machine has. */
function isShortage(opened: Opened): opened is Extract<Opened, { ok: false }> {
  return !opened.ok && opened.failure === "other" && /\bE[MN]FILE\b|too many open files/i.test(opened.detail);
}
