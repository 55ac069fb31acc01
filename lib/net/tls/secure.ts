/**
 * TLS over a channel of ours, so that RST, FIN and ICMP errors below it stay visible and the ServerHello can be read. The
 * handshake goes on when the certificate is bad; whether a client that checks would have gone on is reported.
 *
 * Which authorities are trusted is the runtime's business: Mozilla's that come with it, or those of the system or of
 * `DENO_TLS_CA_STORE`, `DENO_CERT`.
 */
import type { Endpoint, TlsReport } from "../../model/mod.ts";
import { isAddress, splitZone } from "../../wire/mod.ts";
import { systemClock } from "../clock.ts";
import { elapsed, failedBy } from "../opening.ts";
import type { Opened, TlsOptions } from "../transport.ts";
import { COMPLETE } from "./carrier.ts";
import { chainOf } from "./certificate.ts";
import { TlsChannel } from "./channel.ts";
import { readServerHello } from "./server_hello.ts";
import { TlsSession } from "./session.ts";
import { type Connect, judge, needsSecondOpinion, secondOpinion, type Verdict, verdictOf } from "./trust.ts";

/** What tests may change. */
export interface Authorities {
  /** PEM of authorities in place of those that the runtime trusts. */
  readonly ca?: string;
}

/**
 * Makes TLS of a connection, which it owns from then on; another one is made with `connect` where the runtime needs it.
 *
 * @returns what it takes together with the connection, in `ms`
 */
export async function secure(
  connection: Extract<Opened, { ok: true }>,
  remote: Endpoint,
  options: TlsOptions,
  connect: Connect,
  authorities: Authorities,
): Promise<Opened> {
  const below = connection.channel;
  const began = systemClock.now() - connection.ms;
  const opinion = new SecondOpinion(remote, options, connect, authorities);
  try {
    const session = await TlsSession.start(below, { ...options, ...authorities });
    const failed = await session.handshake();
    const ms = elapsed(began);
    if (failed === undefined) {
      return { ok: true, channel: new TlsChannel(session, await describe(session, options.serverName, opinion)), ms };
    }
    below.close();
    await session.close();
    return { ok: false, ...failed, ms, local: below.local };
  } catch (error) {
    below.close();
    return failedBy(began, error, { local: below.local });
  } finally {
    await opinion.cancel();
  }
}

async function describe(session: TlsSession, serverName: string, opinion: SecondOpinion): Promise<TlsReport> {
  const chain = await chainOf(session.socket);
  const now = Date.now();
  const needed = needsSecondOpinion(chain, serverName, now);
  const verdict = needed ? await opinion.verdict : COMPLETE ? verdictOf(session.socket) : "not asked";
  const { alpnProtocol } = session.socket;
  return {
    ...readServerHello(session.tap.first),
    ...(typeof alpnProtocol === "string" && { alpn: alpnProtocol }),
    ...(!isAddress(splitZone(serverName).address) && { server_name: serverName }),
    ...judge(chain, serverName, now, verdict),
    chain,
  };
}

/** The second connection of {@linkcode secondOpinion}: begun at once, as waiting for the first would cost round trips. */
class SecondOpinion {
  readonly verdict: Promise<Verdict>;
  readonly #stop = new AbortController();

  constructor(remote: Endpoint, options: TlsOptions, connect: Connect, authorities: Authorities) {
    const { source, serverName, alpn, until, signal } = options;
    const settings = { serverName, until, ...(source && { source }), ...(alpn && { alpn }), ...authorities };
    const stop = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]);
    this.verdict = COMPLETE
      ? Promise.resolve(undefined)
      : secondOpinion(remote, { ...settings, signal: stop }, connect);
  }

  /** It is not needed any more; resolves when nothing is left of it. */
  async cancel(): Promise<void> {
    this.#stop.abort();
    await this.verdict;
  }
}
