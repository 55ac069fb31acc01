/** Would a client that checks certificates have gone on? */
import type { TLSSocket } from "node:tls";
import type { Endpoint, TlsReport } from "../../model/mod.ts";
import { troubleOfError } from "../failure.ts";
import type { Channel, ConnectOptions, Opened } from "../transport.ts";
import { COMPLETE } from "./carrier.ts";
import type { Chain } from "./certificate.ts";
import { certificateFaults } from "./fault.ts";
import { type HandshakeFailure, type SessionOptions, TlsSession } from "./session.ts";

/** How TCP is connected. */
export type Connect = (remote: Endpoint, options: ConnectOptions) => Promise<Opened<Channel>>;

/** The library's verdict on a chain: undefined when it is trusted, otherwise why not. */
export type Verdict = string | undefined;

/** What the session's own runtime says of it; only where {@linkcode COMPLETE}. */
export function verdictOf(socket: TLSSocket): Verdict {
  if (socket.authorized) return undefined;
  const { authorizationError: error } = socket;
  return String((error as Error | null)?.message ?? error ?? "not trusted");
}

/**
 * Asks for a verdict by a second connection whose handshake fails when the certificate is bad, as the runtime says nothing of
 * sessions that went on regardless.
 */
export async function secondOpinion(remote: Endpoint, options: SessionOptions, connect: Connect): Promise<Verdict> {
  const opened = await connect(remote, options);
  if (!opened.ok) return notChecked(opened.detail);
  const failed = await tryHandshake(opened.channel, { ...options, verify: true });
  opened.channel.close();
  if (failed === undefined) return undefined;
  return failed.failure === "tls" && failed.alert === undefined ? failed.detail : notChecked(failed.detail);
}

async function tryHandshake(below: Channel, options: SessionOptions): Promise<HandshakeFailure | undefined> {
  try {
    const session = await TlsSession.start(below, options);
    const failed = await session.handshake();
    await session.close();
    return failed;
  } catch (error) {
    return troubleOfError(error);
  }
}

function notChecked(why: string): string {
  return `could not be checked by a second connection: ${why}`;
}

/** Whether a second connection is needed: not for a certificate that is bad by itself. */
export function needsSecondOpinion(chain: Chain, serverName: string, now: number): boolean {
  if (COMPLETE) return false;
  const [leaf] = chain;
  return leaf === undefined || (!leaf.self_signed && certificateFaults(leaf, serverName, now).length === 0);
}

/**
 * Trust in the report's words. Dates and names are judged here, so that every runtime gives the same reason for the same
 * certificate; who issued it is the library's to judge, by the authorities of its store.
 *
 * @param now milliseconds since the epoch
 */
export function judge(
  chain: Chain,
  serverName: string,
  now: number,
  verdict: Verdict,
): Pick<TlsReport, "trusted" | "trust_error"> {
  const [leaf] = chain;
  const faults = leaf === undefined ? [] : certificateFaults(leaf, serverName, now);
  if (leaf?.self_signed && verdict !== undefined) faults.unshift("self-signed");
  if (faults.length === 0 && verdict !== undefined) faults.push(inWords(verdict));
  return faults.length === 0 ? { trusted: true } : { trusted: false, trust_error: faults.join("; ") };
}

/** Words and codes of the libraries (rustls, OpenSSL) in ours. */
function inWords(verdict: string): string {
  if (/UnknownIssuer|UNABLE_TO_(GET|VERIFY)|unable to (get|verify)/i.test(verdict)) {
    return "issued by nobody whom this machine trusts, or sent without its intermediate certificates";
  }
  if (/SELF_SIGNED|self.signed/i.test(verdict)) {
    return "its chain ends in a self-signed certificate that is not trusted";
  }
  if (/CaUsedAsEndEntity/i.test(verdict)) return "an authority's certificate in place of a server's";
  if (/InvalidPurpose|purpose/i.test(verdict)) return "not issued for TLS servers";
  if (/revoked/i.test(verdict)) return "revoked";
  if (/expired/i.test(verdict)) return "a certificate of its chain has expired";
  return verdict.replace(/^invalid peer certificate: /, "");
}
