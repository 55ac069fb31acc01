/** TLS over loopback: what is reported of good and bad certificates, and of servers that do not want to, or cannot. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { TlsReport } from "../../lib/model/mod.ts";
import { type Credentials, listenTls, type StreamListener } from "../../lib/net/mod.ts";
import { connectTls } from "../../lib/net/tls/connect.ts";
import type { Channel, Opened } from "../../lib/net/transport.ts";
import * as certificates from "./certificates.ts";
import { channelOf, type Kind, KINDS, next, octets, QUIET_MS, soon, testKinds, withTcp } from "./networks.ts";

const native = KINDS[0]!;

/** Connects as a client that trusts the tests' authority. */
function connect(kind: Kind, listener: StreamListener, serverName = "vpn.example", until = soon()): Promise<Opened> {
  const options = { until, serverName };
  return connectTls(listener.local, options, kind.network.connectTcp, { ca: certificates.ROOT });
}

/** A TLS server that sends back what it gets. */
async function withTls(credentials: Credentials, test: (listener: StreamListener) => Promise<void>): Promise<void> {
  const listener = await listenTls({ address: "127.0.0.1", port: 0 }, credentials);
  const channels: Channel[] = [];
  const serving = (async () => {
    for (let theirs = await listener.accept(); theirs !== undefined; theirs = await listener.accept()) {
      channels.push(theirs);
      echo(theirs);
    }
  })();
  try {
    await test(listener);
  } finally {
    listener.close();
    await serving;
    for (const channel of channels) channel.close();
  }
}

async function echo(channel: Channel): Promise<void> {
  for (;;) {
    const arrival = await channel.receive(Infinity);
    if (arrival?.kind !== "octets") return channel.close();
    await channel.send(arrival.data);
  }
}

testKinds("tls: a session carries octets, and tells version, cipher suite and the certificate", async (kind) => {
  await withTls(certificates.GOOD, async (listener) => {
    const channel = channelOf(await connect(kind, listener));
    const data = Uint8Array.from({ length: 100_000 }, (_, i) => i * 7);
    const sending = channel.send(data);
    assertEquals(await octets(channel, data.length), data);
    await sending;
    const tls = channel.tls!;
    assertEquals([tls.version, tls.server_name], ["TLSv1.3", "vpn.example"]);
    assertMatch(tls.cipher ?? "", /^TLS_[A-Z0-9_]+$/);
    assertEquals([tls.trusted, tls.trust_error], [true, undefined]);
    const leaf = tls.chain[0]!;
    assertEquals(leaf.subject, "O=ike-tcp tests, CN=vpn.example");
    assertEquals(leaf.issuer, "O=ike-tcp tests, CN=Test Intermediate");
    assertEquals(leaf.names, ["vpn.example", "*.wild.example", "127.0.0.1", "::1"]);
    assertEquals([leaf.not_before, leaf.not_after], ["2020-01-01T00:00:00Z", "2099-12-31T00:00:00Z"]);
    assertEquals([leaf.fingerprint_sha256.length, leaf.self_signed], [64, false]);
    channel.close();
  });
});

const BAD: readonly [name: keyof typeof certificates, reason: RegExp][] = [
  ["EXPIRED", /^expired on 2021-12-31T00:00:00Z$/],
  ["NOT_YET", /^not valid before 2090-01-01T00:00:00Z$/],
  ["WRONG_NAME", /^issued for other\.example, not for vpn\.example$/],
  ["NO_NAME", /^names no host, so not vpn\.example$/],
  ["SELF_SIGNED", /^self-signed$/],
  ["WITHOUT_INTERMEDIATE", /^issued by nobody whom this machine trusts/],
];
for (const [name, reason] of BAD) {
  testKinds(`tls: a certificate of the kind ${name} is told, and the session goes on`, async (kind) => {
    await withTls(certificates[name] as Credentials, async (listener) => {
      const channel = channelOf(await connect(kind, listener));
      assertEquals(channel.tls?.trusted, false);
      assertMatch(channel.tls?.trust_error ?? "", reason);
      assertEquals(channel.tls?.chain[0]?.self_signed, name === "SELF_SIGNED");
      await channel.send(Uint8Array.of(1, 2, 3));
      assertEquals(await octets(channel, 3), Uint8Array.of(1, 2, 3));
      channel.close();
    });
  });
}

for (
  const [serverName, trusted] of [["127.0.0.1", true], ["a.wild.example", true], ["a.b.wild.example", false]] as const
) {
  Deno.test(`tls: a certificate for *.wild.example and 127.0.0.1 is ${trusted ? "" : "not "}one for ${serverName}`, async () => {
    await withTls(certificates.GOOD, async (listener) => {
      const channel = channelOf(await connect(native, listener, serverName));
      assertEquals(channel.tls?.trusted, trusted);
      assertEquals(channel.tls?.server_name, serverName === "127.0.0.1" ? undefined : serverName);
      channel.close();
    });
  });
}

/** A TCP server that takes a ClientHello and then does something else than TLS; answers the ClientHello. */
async function instead(
  kind: Kind,
  reaction: (theirs: Channel) => Promise<void> | void,
  serverName = "vpn.example",
  until = soon(),
): Promise<{ opened: Extract<Opened, { ok: false }>; hello: Uint8Array }> {
  const theirs: Channel[] = [];
  let hello = new Uint8Array(0);
  let opened: Opened | undefined;
  await withTcp("127.0.0.1", false, async (listener) => {
    const serving = (async () => {
      for (let next = await listener.accept(); next !== undefined; next = await listener.accept()) {
        theirs.push(next);
        const arrival = await next.receive(soon());
        if (arrival?.kind !== "octets") continue;
        hello = Uint8Array.from(arrival.data);
        await reaction(next);
      }
    })();
    opened = await connect(kind, listener, serverName, until);
    listener.close();
    await serving;
  });
  for (const channel of theirs) channel.close();
  assert(opened !== undefined && !opened.ok);
  return { opened, hello };
}

const text = (words: string) => new TextEncoder().encode(words);

testKinds("tls: what is not TLS is told with its first octets", async (kind) => {
  const { opened } = await instead(kind, (theirs) => theirs.send(text("SSH-2.0-x\r\n\x1b[31m")));
  assertEquals(opened.failure, "tls");
  assertEquals(opened.detail, 'not TLS: it begins with "SSH-2.0-x"');
  assertEquals(opened.foreign, text("SSH-2.0-x\r\n\x1b[31m"));
});

testKinds("tls: an HTTP answer that ends with FIN is not TLS either", async (kind) => {
  const { opened } = await instead(kind, async (theirs) => {
    await theirs.send(text("HTTP/1.1 400 Bad Request\r\n\r\n"));
    theirs.close();
  });
  assertEquals([opened.failure, opened.foreign?.length], ["tls", 28]);
});

testKinds("tls: an alert in clear is told by name", async (kind) => {
  const { opened } = await instead(kind, async (theirs) => {
    await theirs.send(Uint8Array.of(21, 3, 3, 0, 2, 2, 40));
    theirs.close();
  });
  assertEquals([opened.failure, opened.alert, opened.foreign], ["tls", "handshake_failure", undefined]);
});

testKinds("tls: FIN in place of a ServerHello", async (kind) => {
  const { opened } = await instead(kind, (theirs) => theirs.close());
  assertEquals([opened.failure, opened.detail], ["tls", "closed during the TLS handshake, after 0 octets"]);
});

Deno.test({
  name: "tls: RST in place of a ServerHello",
  ignore: !native.network.sight.tcp.router,
  fn: async () => {
    for (const kind of KINDS) {
      const { opened } = await instead(kind, (theirs) => theirs.close("rst"));
      assertEquals([opened.failure, opened.detail], ["reset", "reset during the TLS handshake"]);
    }
  },
});

testKinds("tls: silence in place of a ServerHello ends in time", async (kind) => {
  const { opened } = await instead(kind, () => {}, "vpn.example", soon(QUIET_MS));
  assertEquals([opened.failure, opened.detail], ["timeout", "no answer to the TLS ClientHello"]);
});

testKinds("tls: a handshake that stops in the middle ends in time", async (kind) => {
  const half = Uint8Array.of(22, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3);
  const { opened } = await instead(kind, (theirs) => theirs.send(half), "vpn.example", soon(6 * QUIET_MS));
  assertEquals([opened.failure, opened.detail], ["timeout", "the TLS handshake did not end in time"]);
});

testKinds("tls: records that make no sense are an error of TLS, not foreign", async (kind) => {
  const { opened } = await instead(kind, (theirs) => theirs.send(Uint8Array.of(22, 3, 3, 0, 4, 2, 0, 0, 0)));
  assertEquals([opened.failure, opened.alert, opened.foreign], ["tls", undefined, undefined]);
  assert(opened.detail.length > 0);
});

testKinds("tls: a refused port is refused, and abort ends a handshake at once", async (kind) => {
  let local = { address: "127.0.0.1", port: 0 };
  await withTcp("127.0.0.1", false, (listener) => {
    local = listener.local;
    return Promise.resolve();
  });
  const opened = await kind.network.connectTls(local, { until: soon(), serverName: "vpn.example" });
  assertEquals(opened.ok ? "" : opened.failure, "refused");
  await withTcp("127.0.0.1", kind.portable, async (listener) => {
    const abort = new AbortController();
    const connecting = kind.network.connectTls(listener.local, {
      until: soon(),
      serverName: "vpn.example",
      signal: abort.signal,
      onConnected: () => setTimeout(() => abort.abort(), 0),
    });
    const theirs = await listener.accept();
    const stopped = await connecting;
    assertEquals(stopped.ok ? "" : stopped.detail, "interrupted");
    theirs?.close();
  });
});

/** Whether a ClientHello carries this octet string. */
function carries(hello: Uint8Array, name: string): boolean {
  return new TextDecoder("latin1").decode(hello).includes(name);
}

/** Types of the extensions of a ClientHello (RFC 8446 §4.1.2). */
function extensions(hello: Uint8Array): number[] {
  const view = new DataView(hello.buffer, hello.byteOffset);
  let at = 5 + 4 + 2 + 32;
  at += 1 + view.getUint8(at);
  at += 2 + view.getUint16(at);
  at += 1 + view.getUint8(at) + 2;
  const types: number[] = [];
  for (; at + 4 <= hello.length; at += 4 + view.getUint16(at + 2)) types.push(view.getUint16(at));
  return types;
}

testKinds("tls: a name is sent as SNI, an address is not", async (kind) => {
  const { hello } = await instead(kind, (theirs) => theirs.close());
  assert(carries(hello, "vpn.example"));
  assert(extensions(hello).includes(0));
  for (const address of ["127.0.0.1", "::1", "fe80::1%eth0"]) {
    const nameless = (await instead(kind, (theirs) => theirs.close(), address)).hello;
    assert(!extensions(nameless).includes(0), `SNI for ${address}`);
  }
});

testKinds("tls: onConnected tells of TCP before the handshake", async (kind) => {
  await withTls(certificates.SELF_SIGNED, async (listener) => {
    let local: TlsReport | unknown;
    const opened = await kind.network.connectTls(listener.local, {
      until: soon(),
      serverName: "vpn.example",
      onConnected: (channel) => local = channel.local,
    });
    const channel = channelOf(opened);
    assertEquals(local, channel.local);
    channel.close();
  });
});

/** A TCP relay before a TLS server, which a test can end in its own way. */
async function withRelay(test: (listener: StreamListener, ends: Channel[]) => Promise<void>): Promise<void> {
  await withTls(certificates.SELF_SIGNED, async (server) => {
    await withTcp("127.0.0.1", false, async (front) => {
      const ends: Channel[] = [];
      const backs: Channel[] = [];
      const serving = (async () => {
        for (let near = await front.accept(); near !== undefined; near = await front.accept()) {
          const far = channelOf(await native.network.connectTcp(server.local, { until: soon() }));
          ends.push(near);
          backs.push(far);
          pass(near, far);
          pass(far, near);
        }
      })();
      await test(front, ends);
      front.close();
      await serving;
      for (const channel of [...ends, ...backs]) channel.close();
    });
  });
}

async function pass(from: Channel, to: Channel): Promise<void> {
  for (;;) {
    const arrival = await from.receive(Infinity);
    if (arrival?.kind !== "octets") return;
    await to.send(arrival.data);
  }
}

for (const how of ["fin", "rst"] as const) {
  testKinds(`tls: a session that ends by ${how.toUpperCase()} below TLS ends so`, async (kind) => {
    if (how === "rst" && !native.network.sight.tcp.router) return;
    await withRelay(async (listener, ends) => {
      const channel = channelOf(await connect(kind, listener));
      await channel.send(Uint8Array.of(1, 2, 3));
      assertEquals(await octets(channel, 3), Uint8Array.of(1, 2, 3));
      for (const end of ends) end.close(how);
      await next(channel, how);
      assertEquals(await channel.receive(soon()), undefined);
      await channel.send(Uint8Array.of(4));
      channel.close();
    });
  });
}

/** What a TLS listener tells of a connection that does this, by kind and alert. */
async function served(behave: (listener: StreamListener) => Promise<Channel | undefined>): Promise<string[]> {
  const listener = await listenTls({ address: "127.0.0.1", port: 0 }, certificates.SELF_SIGNED);
  const accepting = listener.accept();
  const behaving = behave(listener);
  const theirs = (await accepting)!;
  const arrival = await theirs.receive(soon());
  theirs.close();
  listener.close();
  (await behaving)?.close();
  return arrival?.kind === "error"
    ? [arrival.kind, arrival.failure, arrival.alert ?? ""]
    : [arrival?.kind ?? "nothing"];
}

Deno.test("tls listener: who speaks something else, or goes away in the handshake, is told as an error of TLS", async () => {
  const tcp = async (listener: StreamListener) =>
    channelOf(await native.network.connectTcp(listener.local, { until: soon() }));
  const http = await served(async (listener) => {
    const channel = await tcp(listener);
    await channel.send(text("GET / HTTP/1.0\r\n\r\n"));
    return channel;
  });
  assertEquals(http, ["error", "tls", ""]);
  const gone = await served(async (listener) => {
    (await tcp(listener)).close();
    return undefined;
  });
  assertEquals(gone, ["error", "tls", ""]);
});

Deno.test("tls listener: a client that refuses the certificate is told by its alert", async () => {
  const refused = await served(async (listener) => {
    const conn = await Deno.connectTls({ hostname: listener.local.address, port: listener.local.port });
    await conn.handshake().catch(() => {});
    conn.close();
    return undefined;
  });
  assertEquals(refused, ["error", "tls", "unknown_ca"]);
});
