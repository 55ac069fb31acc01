/** The one table of faults, and everything that is derived from it. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { createFault } from "../../lib/gateway/faults/create.ts";
import { FAULTS } from "../../lib/gateway/faults/names.ts";
import { appliesTo, faultHelp, formatFaultSpec, parseFault } from "../../lib/gateway/faults/spec.ts";
import { MALFORMED_KINDS } from "../../lib/gateway/faults/wrong_answers.ts";
import { FINDING_CODES, type FindingCode } from "../../lib/model/mod.ts";

/** Arguments for those that need one. */
const NEEDED: Readonly<Record<string, string>> = {
  banner: "220 hello",
  "other-source": "127.0.0.2",
  redirect: "vpn2.example",
};

/** Findings that no far end can bring about: they need something between, several hosts, an expectation, or
 * nothing but time. */
const NOT_FROM_THE_FAR_END: ReadonlySet<FindingCode> = new Set([
  "udp-prohibited",
  "tcp-filtered",
  "tcp-prohibited",
  "transparent-proxy",
  "pmtu-reduced",
  "mapping-timeout",
  "address-dead",
  "family-broken",
  "gateways-differ",
  "expectation-unmet",
]);

Deno.test("fault table: names are unique, and none is a transport's", () => {
  const names = FAULTS.map((fault) => fault.name);
  assertEquals(new Set(names).size, names.length);
  for (const name of names) assert(/^[a-z][a-z0-9-]*$/.test(name) && !/^(udp|tcp|tls)(-\d+)?$/.test(name), name);
});

Deno.test("fault table: every fault can be parsed, written and created", () => {
  for (const { name } of FAULTS) {
    const text = NEEDED[name] === undefined ? name : `${name}:${NEEDED[name]}`;
    const spec = parseFault(text);
    assertEquals(parseFault(formatFaultSpec(spec)), spec);
    assert(Object.keys(createFault(spec)).length > 0, name);
  }
});

Deno.test("fault table: every finding that a far end can bring about has a fault", () => {
  const shown = new Set(FAULTS.flatMap((fault) => fault.shows));
  const missing = FINDING_CODES.filter((code) => !shown.has(code) && !NOT_FROM_THE_FAR_END.has(code));
  assertEquals(missing, []);
});

Deno.test("fault table: help lists every fault once", () => {
  const terms = faultHelp().flatMap(({ lines }) => lines.map(([term]) => term.replace(/[[:].*$/, "")));
  assertEquals(terms, FAULTS.map((fault) => fault.name));
  const malformed = FAULTS.find((fault) => fault.name === "malformed")!.means;
  for (const kind of MALFORMED_KINDS) assert(malformed.includes(kind), kind);
});

Deno.test("faults: a scope is a transport, with or without a port", () => {
  assertEquals(parseFault("drop"), { name: "drop", argument: "" });
  assertEquals(parseFault("udp:drop"), { name: "drop", argument: "", transport: "udp" });
  assertEquals(parseFault("tcp-4500:delay:10"), { name: "delay", argument: "10", transport: "tcp", port: 4500 });
  assertEquals(parseFault("banner:220 a:b").argument, "220 a:b");
  assertEquals(parseFault("redirect:2001:db8::1").argument, "2001:db8::1");
  assertEquals(parseFault("delay:"), { name: "delay", argument: "200" });
});

Deno.test("faults: they apply to the listeners of their scope, and of transports that they are for", () => {
  const applies = (text: string) =>
    ([["udp", 500], ["udp", 4500], ["tcp", 4500], ["tls", 443]] as const)
      .filter(([transport, port]) => appliesTo(parseFault(text), transport, port)).map((one) => one.join("-"));
  assertEquals(applies("drop"), ["udp-500", "udp-4500", "tcp-4500", "tls-443"]);
  assertEquals(applies("udp-4500:drop"), ["udp-4500"]);
  assertEquals(applies("mute"), ["tcp-4500", "tls-443"]);
  assertEquals(applies("tls-expired"), ["tls-443"]);
});

Deno.test("faults: what cannot be is one clear sentence", () => {
  for (
    const [text, why] of [
      ["bogus", 'there is no fault "bogus"'],
      ["prefix-rset", "did you mean prefix-reset?"],
      ["drop:1", "drop takes no argument"],
      ["banner", "expected banner:TEXT"],
      ["udp:mute", "mute is for tcp, tls"],
      ["sctp:drop", 'there is no fault "sctp"'],
    ] as const
  ) {
    const error = assertThrows(() => parseFault(text), TypeError);
    assert(error.message.startsWith(`Cannot read fault "${text}"`) && error.message.includes(why), error.message);
  }
  for (const text of ["delay:soon", "loss:101", "malformed:much", "nat-gateway:here", "error:NOTHING", "version:16"]) {
    const error = assertThrows(() => createFault(parseFault(text)), TypeError);
    assert(error.message.startsWith(`Cannot read fault "${text}"`), error.message);
  }
});
