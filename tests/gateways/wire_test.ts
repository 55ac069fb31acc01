/** What the tool puts on the wire, in the words of somebody else's dissector (tshark). */
import { assert, assertEquals, assertGreater } from "@std/assert";
import { accepted } from "./reading.ts";
import { capture, CLIENT4, CLIENT6, GATEWAY4, GATEWAY6, gatewaySuite, probe, type Probed } from "../testbed/mod.ts";

/** Payload types of an ordinary request, RFC 7296 §3.2: SA, KE, Nonce, Notify. */
const SA = "33", KE = "34", NONCE = "40", NOTIFY = "41";
/** NAT_DETECTION_*, IKEV2_FRAGMENTATION_SUPPORTED, SIGNATURE_HASH_ALGORITHMS, REDIRECT_SUPPORTED, INTERMEDIATE_EXCHANGE_SUPPORTED. */
const NOTIFIES = ["16388", "16389", "16406", "16430", "16431", "16438"];
const COOKIE = "16390";

const FIELDS = [
  "udp.dstport",
  "tcp.dstport",
  "isakmp.ispi",
  "isakmp.rspi",
  "isakmp.version",
  "isakmp.exchangetype",
  "isakmp.flags",
  "isakmp.messageid",
  "isakmp.typepayload",
  "isakmp.notify.msgtype",
  "isakmp.key_exchange.dh_group",
  "iketcp.length",
  "isakmp.length",
] as const;

gatewaySuite("wire", (test) => {
  for (
    const [family, client, address, source] of [
      ["IPv4", CLIENT4, GATEWAY4, "ip.src"],
      ["IPv6", CLIENT6, GATEWAY6, "ipv6.src"],
    ] as const
  ) {
    test(`every request is a well-formed IKE_SA_INIT (${family})`, ["libreswan"], async (bed) => {
      let probed: Probed | undefined;
      const packets = await capture(bed, async () => {
        probed = await probe(bed, "--groups", "MODP2048", address);
      });
      assertEquals(await packets.complaints(`isakmp and ${source} == ${client}`), []);
      const sent = await packets.dissect(`isakmp.exchangetype == 34 and ${source} == ${client}`, FIELDS);
      const paths = accepted(probed!.report, 3);
      assertEquals(sent.length, paths.length, "one request for each path");
      for (const path of paths) {
        const port = path.transport === "udp" ? "udp.dstport" : "tcp.dstport";
        const [request] = sent.filter((p) => p[port][0] === String(path.port));
        assert(request !== undefined, path.id);
        assertEquals(request["isakmp.ispi"], [path.ike?.initiator_spi ?? ""], path.id);
        assertEquals(request["isakmp.rspi"], ["0000000000000000"], path.id);
        assertEquals(request["isakmp.exchangetype"], ["34"], path.id);
        assertEquals(request["isakmp.flags"].map(Number), [0x08], path.id);
        assertEquals(request["isakmp.messageid"].map(Number), [0], path.id);
        const payloads = request["isakmp.typepayload"];
        for (const type of [SA, KE, NONCE, NOTIFY]) assert(payloads.includes(type), `${type} in ${payloads}`);
        assertEquals(request["isakmp.notify.msgtype"].toSorted(), NOTIFIES, path.id);
        assertEquals(request["isakmp.key_exchange.dh_group"], ["14"], path.id);
        if (path.transport === "tcp") {
          // Length counts itself and the non-ESP marker (RFC 9329 §4, §4.1)
          assertEquals(Number(request["iketcp.length"][0]), Number(request["isakmp.length"][0]) + 6);
        }
      }
    });
  }

  test("each TCP connection begins with the stream prefix, once", ["libreswan", { cookie: true }], async (bed) => {
    const packets = await capture(bed, async () => {
      await probe(bed, "--groups", "X25519,MODP2048", "--paths", "tcp-4500", GATEWAY4);
    });
    const prefixes = await packets.dissect("iketcp.prefix", ["tcp.stream", "iketcp.prefix"]);
    const streams = await packets.dissect(`iketcp and ip.src == ${CLIENT4}`, ["tcp.stream"]);
    assertEquals(
      prefixes.flatMap((p) => p["tcp.stream"]).toSorted(),
      [...new Set(streams.flatMap((p) => p["tcp.stream"]))].toSorted(),
    );
    assertEquals(await packets.complaints("iketcp"), []);
  });

  test(
    "the SA over TCP is ended by an IKE_AUTH request, on the connection that made it",
    ["libreswan"],
    async (bed) => {
      const packets = await capture(bed, async () => {
        await probe(bed, "--groups", "MODP2048", GATEWAY4);
      });
      const messages = await packets.dissect("isakmp and tcp", [...FIELDS, "tcp.stream"]);
      assertEquals(messages.map((m) => m["isakmp.exchangetype"][0]), ["34", "34", "35", "35"]);
      assertEquals(new Set(messages.map((m) => m["tcp.stream"][0])).size, 1);
      const [, accepting, ending] = messages;
      assertEquals(ending?.["isakmp.flags"].map(Number), [0x08]);
      assertEquals(ending?.["isakmp.messageid"].map(Number), [1]);
      assertEquals(ending?.["isakmp.rspi"], accepting?.["isakmp.rspi"]);
      assertEquals(await packets.dissect("isakmp.exchangetype == 35 and udp", ["frame.number"]), []);
      assertEquals(await packets.complaints("isakmp"), []);
    },
  );

  test(
    "a repeated request has the same SPI and nonce, and its cookie first",
    ["libreswan", { cookie: true }],
    async (bed) => {
      const packets = await capture(bed, async () => {
        await probe(bed, "--groups", "MODP2048", "--paths", "udp-4500", GATEWAY4);
      });
      const sent = await packets.dissect(`isakmp and ip.src == ${CLIENT4}`, [...FIELDS, "isakmp.nonce"]);
      assertEquals(sent.length, 2);
      assertEquals(sent[0]?.["isakmp.ispi"], sent[1]?.["isakmp.ispi"]);
      assertGreater(sent[0]?.["isakmp.nonce"].length ?? 0, 0);
      assertEquals(sent[0]?.["isakmp.nonce"], sent[1]?.["isakmp.nonce"]);
      assertEquals(sent[1]?.["isakmp.notify.msgtype"][0], COOKIE);
      assertEquals(await packets.complaints("isakmp"), []);
    },
  );
});
