/**
 * What a client that follows RFC 9329 §6.1 does on this network: UDP first; TCP only after at least one retransmission
 * over UDP went unanswered, and then with a new IKE_SA_INIT. Where a NAT is detected, the client moves from UDP 500 to
 * UDP 4500 for everything after IKE_SA_INIT (RFC 7296 §2.23): a blocked UDP 4500 then makes UDP useless.
 */
import type { PathReport } from "../model/mod.ts";
import { escapeText } from "../wire/mod.ts";
import { time } from "./words.ts";
import { isStream, type View } from "./view.ts";

/** The first transmission, and one retransmission after 0.5 s that waits 1 s: how RFC 7296 §2.4 is commonly timed. */
const LEAST_UDP_WAIT_MS = 1500;

/** The path that such a client would end up on; undefined when there is none. */
export function recommend(view: View): PathReport | undefined {
  for (const address of view.addresses) {
    const udp = overUdp(view, address);
    if (udp !== undefined) return end(view, udp);
  }
  for (const address of view.addresses) {
    const stream = overStream(view, address);
    if (stream !== undefined) return end(view, stream);
  }
  return undefined;
}

function overUdp(view: View, address: string): PathReport | undefined {
  const udp = view.at(address).filter((path) => path.transport === "udp" && path.redirected_from === undefined);
  const working = udp.filter((path) => view.works(path));
  const on = (port: number) => working.find((path) => path.port === port);
  const begins = on(500);
  if (begins === undefined) return on(4500) ?? working[0];
  if (!floats(view, address)) return begins;
  return on(4500) ?? (udp.some((path) => path.port === 4500) ? undefined : begins);
}

/** A NAT on either side makes the client move to port 4500. */
export function floats(view: View, address: string): boolean {
  return view.at(address).some(({ transport, ike }) =>
    transport === "udp" && (ike?.nat.client === "translated" || ike?.nat.gateway === "translated")
  );
}

function overStream(view: View, address: string): PathReport | undefined {
  const working = view.at(address).filter((path) =>
    isStream(path) && path.redirected_from === undefined && view.works(path)
  );
  const tcp = working.filter((path) => path.transport === "tcp");
  return tcp.find((path) => path.port === 4500) ?? tcp[0] ?? working[0];
}

/** Where a redirect leads, if this path is redirected. */
function end(view: View, path: PathReport): PathReport {
  const followed = path.ike?.followed;
  return followed === undefined ? path : view.path(followed) ?? path;
}

/** One or two sentences: what the client does, and after how long. */
export function clientStory(view: View, recommended: PathReport | undefined): string | undefined {
  if (recommended === undefined) return unlucky(view);
  const via = recommended.redirected_from === undefined ? "" : ", after a redirect";
  const name = view.name(recommended);
  if (isStream(recommended)) return streamStory(view, recommended, name, via);
  const answer = recommended.timing_ms.answer;
  const after = answer === undefined ? "" : `; the first answer takes ${time(answer)}`;
  if (recommended.port === 4500 && floats(view, recommended.address)) {
    const begins = view.beside(recommended).some((p) => p.transport === "udp" && p.port === 500 && view.works(p));
    if (begins) {
      return `A client begins over UDP 500, finds the NAT and goes on over ${name}${via}${after}.`;
    }
  }
  const blocked = view.beside(recommended).some((p) => p.transport === "udp" && p.port === 500 && !view.works(p));
  if (recommended.port === 4500 && blocked) {
    return `A client that begins on UDP 4500 connects there at once${via}${after}; one that begins on UDP 500, as most do, ` +
      "fails or turns to TCP.";
  }
  return `A client connects over ${name} at once${via}${after}.`;
}

function streamStory(view: View, path: PathReport, name: string, via: string): string {
  const { connect = 0, tls = 0, answer = 0 } = path.timing_ms;
  const took = `${time(connect + tls + answer)} for ${path.transport === "tls" ? "TCP, TLS" : "TCP"} and the answer`;
  const udp = view.at(path.address).filter((p) => p.transport === "udp");
  if (udp.length === 0) return `A client that is configured for TCP connects over ${name}${via}: ${took}.`;
  const why = udp.some((p) => view.works(p))
    ? "A client gets IKE_SA_INIT through over UDP 500, finds the NAT, moves to UDP 4500 and gets no further"
    : "A client tries UDP first and retransmits at least once";
  const least = time(LEAST_UDP_WAIT_MS);
  return `${why}; it turns to ${name} after ${least} at the earliest, commonly after several seconds, with a new ` +
    `IKE_SA_INIT (RFC 9329 §6.1)${via}: another ${took}.`;
}

/** No path is usable: the most telling reason. */
function unlucky(view: View): string | undefined {
  const stuck = view.addresses.find((address) => view.worksOverUdp(address));
  if (stuck !== undefined) {
    return "A client gets IKE_SA_INIT through over UDP 500, finds the NAT, moves to UDP 4500 as it must (RFC 7296 §2.23), and " +
      "gets no further: no VPN, although the gateway answers.";
  }
  const answers = view.paths.find((path) => path.ike !== undefined);
  if (answers !== undefined) {
    return `A client reaches the gateway over ${view.name(answers)} and is turned away there` +
      `${answers.ike?.error === undefined ? "" : ` (${escapeText(answers.ike.error)})`}.`;
  }
  return "A client tries UDP, retransmits, tries TCP if it is configured for it, and gives up.";
}
