import { assertEquals } from "@std/assert";
import type { GatewayEvent } from "../../lib/gateway/mod.ts";
import { formatEvent, jsonEvent } from "../../lib/gateway/mod.ts";

const local = { address: "2001:db8::1", port: 4500 };
const remote = { address: "192.0.2.1", port: 40000 };
const MESSAGE: GatewayEvent = {
  kind: "message",
  at: 12.5,
  transport: "tcp",
  local,
  remote,
  connection: 7,
  what: "IKE_SA_INIT request: SA KE Nonce",
  octets: 400,
  data: "00",
  reaction: "accepted",
  why: "X25519",
  answers: [232, 36],
  faults: ["delay"],
  nat: "client",
};

Deno.test("log: one line says who, what, and what was done", () => {
  assertEquals(
    formatEvent(MESSAGE),
    "tcp [2001:db8::1]:4500 192.0.2.1:40000 IKE_SA_INIT request: SA KE Nonce, 400 octets, NAT: client -> " +
      "accepted (X25519), sent 232 + 36 octets [fault delay]",
  );
});

Deno.test("log: connections and listeners", () => {
  const about = { at: 0, transport: "tls", local, remote, connection: 1 } as const;
  assertEquals(
    [
      formatEvent({ kind: "listening", at: 0, transport: "udp", local, encoding: "bare", refused: false }),
      formatEvent({ kind: "open", ...about }),
      formatEvent({ kind: "end", ...about, why: "idle", octets: 6 }),
    ],
    [
      "udp [2001:db8::1]:4500 listening (bare)",
      "tls [2001:db8::1]:4500 192.0.2.1:40000 connected",
      "tls [2001:db8::1]:4500 192.0.2.1:40000 ended: idle, 6 octets read",
    ],
  );
});

Deno.test("log: no control character reaches a terminal", () => {
  const line = formatEvent({ ...MESSAGE, what: "\x1b[31m\n", why: "\u202e\x9b" });
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x00-\x1f\x7f-\x9f\u202e]/.test(line), false);
  assertEquals(jsonEvent(MESSAGE, "2026-01-01T00:00:00Z").includes("\n"), false);
});

Deno.test("log: JSON Lines carry all of an event and the time of day", () => {
  const { at: _, ...rest } = MESSAGE;
  assertEquals(JSON.parse(jsonEvent(MESSAGE, "2026-01-01T00:00:00Z")), { time: "2026-01-01T00:00:00Z", ...rest });
});
