/** What the kernel gives and takes, octet by octet, and the names of what it reports. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { FAILURES } from "../../lib/model/mod.ts";
import { errnoName, troubleOfErrno, troubleOfError } from "../../lib/net/failure.ts";
import { describeIcmp } from "../../lib/net/icmp.ts";
import { icmpOfErrno } from "../../lib/net/linux/errqueue.ts";
import { decodeSockaddr, encodeSockaddr, zonesOf } from "../../lib/net/linux/sockaddr.ts";
import { decodeTcpInfo } from "../../lib/net/linux/tcp_info.ts";
import { localAddresses } from "../../lib/net/mod.ts";
import { NATIVE } from "./networks.ts";

Deno.test("sockaddr: an IPv4 endpoint lies as in ip(7)", () => {
  const expected = [2, 0, 0x11, 0x94, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0];
  assertEquals([...encodeSockaddr({ address: "192.0.2.1", port: 4500 })], expected);
});

Deno.test("sockaddr: an IPv6 endpoint lies as in ipv6(7), with its zone as the interface's number", () => {
  const sockaddr = encodeSockaddr({ address: "fe80::1%7", port: 500 });
  assertEquals([...sockaddr.subarray(0, 10)], [10, 0, 1, 0xf4, 0, 0, 0, 0, 0xfe, 0x80]);
  assertEquals([...sockaddr.subarray(23)], [1, 7, 0, 0, 0]);
});

Deno.test("sockaddr: what was encoded is decoded again, zones in the spelling that they came in", () => {
  const address = fc.oneof(fc.ipV4(), fc.constantFrom("::1", "2001:db8::7", "fe80::1%7", "ff02::fb%3"));
  fc.assert(fc.property(address, fc.integer({ min: 0, max: 65535 }), (address, port) => {
    const sockaddr = encodeSockaddr({ address, port });
    assertEquals(decodeSockaddr(sockaddr, zonesOf({ address, port }, sockaddr)), { address, port });
  }));
});

Deno.test("sockaddr: any octets decode to an endpoint or to nothing", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
    const endpoint = decodeSockaddr(octets);
    assert(endpoint === undefined || endpoint.port <= 65535);
  }));
});

Deno.test("sockaddr: what is no address is told", () => {
  assertThrows(() => encodeSockaddr({ address: "vpn.example", port: 1 }), RangeError, "not an IP address");
});

Deno.test({
  name: "sockaddr: a zone that is no interface of this machine is told",
  ignore: !NATIVE,
  fn: () => {
    assertThrows(() => encodeSockaddr({ address: "fe80::1%nowhere0", port: 1 }), RangeError, "no interface");
  },
});

Deno.test("tcp_info: fields lie as in linux/tcp.h, and an older kernel's shorter structure gives fewer", () => {
  const info = new Uint8Array(152);
  const view = new DataView(info.buffer);
  view.setUint8(0, 1);
  view.setUint32(16, 1448, true);
  view.setUint32(68, 20_500, true);
  view.setUint32(100, 3, true);
  view.setBigUint64(120, 101n, true);
  view.setUint32(148, 19_000, true);
  const all = { state: 1, rtt_ms: 20.5, mss: 1448, retransmits: 3, min_rtt_ms: 19, acked: 101 };
  assertEquals(decodeTcpInfo(info), all);
  assertEquals(decodeTcpInfo(info.subarray(0, 104)), { state: 1, rtt_ms: 20.5, mss: 1448, retransmits: 3 });
  assertEquals(decodeTcpInfo(info.subarray(0, 60)), undefined);
  view.setUint32(148, 0xffffffff, true);
  assertEquals(decodeTcpInfo(info)?.min_rtt_ms, undefined);
});

Deno.test("icmp: refusal, prohibition and unreachability are told apart in both families", () => {
  const failures = (version: 4 | 6, type: number, codes: number[]) =>
    codes.map((code) => describeIcmp(version, type, code).failure);
  assertEquals(failures(4, 3, [0, 1, 3, 4]), ["net-unreachable", "host-unreachable", "refused", "message-too-long"]);
  assertEquals(failures(4, 3, [9, 10, 13]), ["prohibited", "prohibited", "prohibited"]);
  assertEquals(failures(6, 1, [0, 1, 3, 4]), ["net-unreachable", "prohibited", "host-unreachable", "refused"]);
  assertEquals(failures(6, 1, [5, 6]), ["prohibited", "prohibited"]);
  assertEquals(describeIcmp(6, 2, 0).failure, "message-too-long");
});

Deno.test("icmp: every type and code has a name and one of the failures", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(fc.property(fc.constantFrom(4, 6), octet, octet, (version, type, code) => {
    const { name, failure } = describeIcmp(version as 4 | 6, type, code);
    assert(name.length > 0 && FAILURES.includes(failure));
  }));
});

Deno.test("icmp: where only errno tells of it, the name says that it may be another code, and nobody is accused", () => {
  const icmp = icmpOfErrno(113, 4);
  assertEquals([icmp?.failure, icmp?.from], ["host-unreachable", null]);
  assertEquals(icmp?.name, "host unreachable, or alike (EHOSTUNREACH)");
  assertEquals(icmpOfErrno(13, 6)?.failure, "prohibited");
  assertEquals(icmpOfErrno(104, 4), undefined);
});

Deno.test("failure: system errors of each kind are one of the failures, with the system's words", () => {
  assertEquals(troubleOfErrno(98, "bind"), {
    failure: "address-in-use",
    detail: "bind: address already in use (EADDRINUSE)",
  });
  assertEquals(troubleOfErrno(97, "socket").failure, "no-family");
  assertEquals(troubleOfErrno(12345, "socket"), { failure: "other", detail: "socket: error 12345 (errno 12345)" });
  assertEquals(errnoName(111), "ECONNREFUSED");
});

Deno.test("failure: the runtime's exceptions are read by code, then by class", () => {
  assertEquals(troubleOfError(Object.assign(new Error("x"), { code: "EHOSTUNREACH" })).failure, "host-unreachable");
  assertEquals(troubleOfError(new Deno.errors.AddrInUse("x")).failure, "address-in-use");
  assertEquals(troubleOfError("words"), { failure: "other", detail: "words" });
});

Deno.test("local addresses: loopback is among them, and a family can be chosen", () => {
  assert(localAddresses().includes("127.0.0.1"));
  assert(localAddresses(4).every((address) => !address.includes(":")));
  assert(localAddresses(6).every((address) => address.includes(":")));
});
