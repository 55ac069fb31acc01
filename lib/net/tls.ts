/**
 * TLS over a channel of ours, so that RST, FIN and ICMP errors below it stay visible and the ServerHello can be read. The
 * handshake goes on when the certificate is bad; whether a client that checks would have gone on is reported.
 */
import { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import type { CertificateReport, Endpoint, TlsReport } from "../model/mod.ts";
import { concatBytes, isAddress } from "../wire/mod.ts";
import { Mailbox } from "./mailbox.ts";
import { leafFault, reportCertificate } from "./certificate.ts";
import { readAlert, readServerHello } from "./server_hello.ts";
import type { Arrival, Channel, ConnectOptions, Opened, TlsOptions } from "./transport.ts";

type Connect = (remote: Endpoint, options: ConnectOptions) => Promise<Opened>;

/** Kept of what came first, for ServerHello, alerts and foreign protocols. */
const FIRST_OCTETS = 2_048;

/** Connects over TCP with `tcp`, then makes TLS of it. */
export async function connectTls(remote: Endpoint, options: TlsOptions, tcp: Connect): Promise<Opened> {
  const began = performance.now();
  const below = await tcp(remote, options);
  if (!below.ok) return below;
  options.onConnected?.(below.channel, below.ms);
  const session = new Session(below.channel, options);
  const failure = await session.handshake();
  const ms = () => performance.now() - began;
  if (failure !== undefined) {
    below.channel.close();
    return { ok: false, ...failure, ms: ms(), local: below.channel.local };
  }
  const handshakeMs = ms();
  const tls = await describe(session, remote, options);
  return { ok: true, channel: new TlsChannel(below.channel, session, tls), ms: handshakeMs };
}

type Failed = Omit<Extract<Opened, { ok: false }>, "ok" | "ms">;

/** A TLS session and the pump that carries its records to and from the channel. */
class Session {
  readonly socket: TLSSocket;
  readonly #records: Duplex;
  first = new Uint8Array(0);
  /** How the channel below ended. */
  below: Exclude<Arrival, { kind: "octets" | "icmp" }> | undefined;
  readonly #stop = new AbortController();

  constructor(readonly channel: Channel, readonly options: TlsOptions) {
    this.#records = new Duplex({
      read: () => {},
      write: (chunk: Uint8Array, _encoding, done) => {
        channel.send(new Uint8Array(chunk)).then(() => done(), done);
      },
      final: (done) => done(),
    });
    const { serverName, alpn } = options;
    this.socket = connect({
      socket: this.#records as never,
      rejectUnauthorized: false,
      ...(!isAddress(serverName) && { servername: serverName }),
      ...(alpn !== undefined && { ALPNProtocols: [...alpn] }),
    });
    this.#pump();
  }

  async #pump(): Promise<void> {
    for (;;) {
      const arrival = await this.channel.receive(Infinity, this.#stop.signal);
      if (arrival === undefined) return;
      if (arrival.kind === "octets") {
        if (this.first.length < FIRST_OCTETS) {
          this.first = concatBytes(this.first, arrival.data) as Uint8Array<ArrayBuffer>;
        }
        this.#records.push(arrival.data);
      } else if (arrival.kind !== "icmp") {
        this.below = arrival;
        this.#records.push(null);
        return;
      }
    }
  }

  /** Undefined when TLS stands. */
  handshake(): Promise<Failed | undefined> {
    return new Promise((resolve) => {
      const done = (failed?: Failed) => {
        clearTimeout(timer);
        this.options.signal?.removeEventListener("abort", late);
        this.socket.off("secureConnect", secured);
        this.socket.off("error", broken);
        this.socket.off("close", closed);
        if (failed !== undefined) this.end();
        resolve(failed);
      };
      const late = () => done(this.#failed("timeout", "no answer to the TLS ClientHello"));
      const secured = () => done();
      const broken = (error: Error) => done(this.#failed("tls", error.message));
      const closed = () => done(this.#failed("tls", "closed during the TLS handshake"));
      const timer = setTimeout(late, Math.max(0, this.options.until - performance.now()));
      this.options.signal?.addEventListener("abort", late);
      this.socket.once("secureConnect", secured);
      this.socket.once("error", broken);
      this.socket.once("close", closed);
    });
  }

  #failed(failure: Failed["failure"], detail: string): Failed {
    const alert = readAlert(this.first);
    if (alert !== undefined) return { failure: "tls", detail: `the other side sent a TLS alert: ${alert}`, alert };
    // A record that begins like none of TLS's: 20 to 23, then version 3.
    const isTls = this.first.length >= 2 && this.first[0]! >= 20 && this.first[0]! <= 23 && this.first[1] === 3;
    if (this.first.length > 0 && !isTls) return { failure: "tls", detail: "not TLS", foreign: this.first };
    if (this.below?.kind === "rst") return { failure: "reset", detail: "reset during the TLS handshake" };
    if (this.below?.kind === "fin") return { failure: "tls", detail: "closed during the TLS handshake" };
    if (this.below?.kind === "error") return { failure: this.below.failure, detail: this.below.detail };
    return { failure, detail };
  }

  end(): void {
    this.#stop.abort();
    // Errors of a session that nobody listens to any more must not end the process.
    this.socket.on("error", () => {});
    this.socket.destroy();
    this.#records.destroy();
  }
}

/** What the runtime tells of a session; older ones tell less, and then a second connection is asked. */
async function describe(session: Session, remote: Endpoint, options: TlsOptions): Promise<TlsReport> {
  const hello = readServerHello(session.first);
  const { chain: ders, error } = peerChain(session.socket) ?? await askAgain(remote, options);
  const chain = (await Promise.all(ders.map(reportCertificate))).filter((c): c is CertificateReport => c !== undefined);
  const host = options.serverName;
  const fault = error === undefined && chain.length > 0 ? undefined : chain[0] && leafFault(chain[0], host, Date.now());
  const reason = error === undefined ? undefined : fault ?? trustWords(error);
  const alpn = session.socket.alpnProtocol;
  return {
    ...hello,
    ...(typeof alpn === "string" && { alpn }),
    ...(!isAddress(host) && { server_name: host }),
    trusted: reason === undefined && chain.length > 0,
    ...(reason !== undefined && { trust_error: reason }),
    chain,
  };
}

/** Certificates as DER, the leaf first, and the runtime's verdict on them. */
interface PeerChain {
  readonly chain: readonly Uint8Array[];
  readonly error?: string;
}

interface PeerCertificate {
  readonly raw?: Uint8Array;
  readonly issuerCertificate?: PeerCertificate;
}

/** Undefined where the runtime does not show the certificates of such a session, or gives no verdict on them. */
function peerChain(socket: TLSSocket): PeerChain | undefined {
  // Deno before 2.6 says `authorized` whatever the certificate, and knows no protocol: then it is not to be trusted here.
  if (typeof socket.getProtocol !== "function") return undefined;
  const chain: Uint8Array[] = [];
  try {
    let at = socket.getPeerCertificate(true) as PeerCertificate | undefined;
    while (at?.raw !== undefined && chain.length < 10) {
      chain.push(new Uint8Array(at.raw));
      at = at.issuerCertificate === at ? undefined : at.issuerCertificate;
    }
  } catch {
    return undefined;
  }
  if (chain.length === 0) return undefined;
  const error = socket.authorized ? undefined : String(socket.authorizationError ?? "not trusted");
  return { chain, ...(error !== undefined && { error }) };
}

/** One connection that checks the certificate, and where that fails one that does not: for runtimes that tell less. */
async function askAgain(remote: Endpoint, options: TlsOptions): Promise<PeerChain> {
  const checked = await handshakeOnly(remote, options, true);
  if ("der" in checked) return { chain: checked.der };
  const unchecked = await handshakeOnly(remote, options, false);
  return { chain: "der" in unchecked ? unchecked.der : [], error: checked.error };
}

function handshakeOnly(
  remote: Endpoint,
  options: TlsOptions,
  rejectUnauthorized: boolean,
): Promise<{ der: Uint8Array[] } | { error: string }> {
  return new Promise((resolve) => {
    const { serverName } = options;
    const socket = connect({
      host: remote.address,
      port: remote.port,
      rejectUnauthorized,
      servername: serverName,
    });
    const done = (result: { der: Uint8Array[] } | { error: string }) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(
      () => done({ error: "no answer in time" }),
      Math.max(200, options.until - performance.now()),
    );
    socket.on("error", (error: Error) => done({ error: error.message }));
    socket.once("secureConnect", () => {
      const raw = (socket.getPeerCertificate() as PeerCertificate | undefined)?.raw;
      done({ der: raw === undefined ? [] : [new Uint8Array(raw)] });
    });
  });
}

/** The libraries' words and codes in ours. */
function trustWords(error: string): string {
  if (/UnknownIssuer|UNABLE_TO_(GET|VERIFY)|unable to/i.test(error)) return "issued by nobody that this machine trusts";
  if (/SELF_SIGNED|self.signed/i.test(error)) return "a self-signed certificate in the chain";
  if (/expired/i.test(error)) return "expired";
  if (/NotValidForName|ALTNAME|hostname/i.test(error)) return "issued for another name";
  if (/CaUsedAsEndEntity/i.test(error)) return "a CA certificate in place of a server's";
  return error;
}

class TlsChannel implements Channel {
  readonly sight;
  readonly remote;
  readonly local;
  readonly localCandidates;
  readonly #arrivals = new Mailbox({ stream: true, limit: 131072 });
  #ended = false;

  constructor(readonly below: Channel, readonly session: Session, readonly tls: TlsReport) {
    this.sight = below.sight;
    this.remote = below.remote;
    this.local = below.local;
    this.localCandidates = below.localCandidates;
    const { socket } = session;
    socket.on("data", (data: Uint8Array) => {
      this.#arrivals.put({ kind: "octets", at: performance.now(), data: new Uint8Array(data) });
    });
    socket.on("end", () => this.#end());
    socket.on("close", () => this.#end());
    socket.on("error", (error: Error) => this.#end(error));
  }

  #end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    const at = performance.now();
    const { below } = this.session;
    if (below !== undefined) this.#arrivals.put({ ...below, at: below.at });
    else if (error === undefined) this.#arrivals.put({ kind: "fin", at });
    else this.#arrivals.put({ kind: "error", at, failure: "tls", detail: error.message });
  }

  send(data: Uint8Array): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.session.socket.write(data, () => resolve());
    });
  }

  receive(until: number, signal?: AbortSignal): Promise<Arrival | undefined> {
    return this.#arrivals.receive(until, signal);
  }

  tcpInfo() {
    return this.below.tcpInfo?.();
  }

  close(how?: "fin" | "rst"): void {
    this.#ended = true;
    this.#arrivals.close();
    this.session.end();
    this.below.close(how);
  }
}
