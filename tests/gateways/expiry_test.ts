/**
 * What a probe leaves behind expires, and the gateway answers everyone as before. Takes as long as libreswan keeps a half-open
 * SA, 200 s: only with IKE_TCP_SLOW=1, as `.ci/run` has it.
 */
import { assertEquals } from "@std/assert";
import { accepted } from "./reading.ts";
import { GATEWAY4, type GatewayName, gatewaySuite, probe } from "../testbed/mod.ts";

/** How long a half-open SA lives, in seconds, and how many paths accept. */
const GATEWAYS: readonly { name: GatewayName; seconds: number; paths: number }[] = [
  { name: "strongswan", seconds: 30, paths: 2 },
  { name: "libreswan", seconds: 200, paths: 3 },
];

if (Deno.env.get("IKE_TCP_SLOW") === "1") {
  gatewaySuite("expiry", (test) => {
    for (const { name, seconds, paths } of GATEWAYS) {
      test(`${name} is as before when the half-open SAs of two probes are gone`, [name], async (bed) => {
        for (let run = 0; run < 2; run++) {
          const { report, code } = await probe(bed, GATEWAY4);
          accepted(report, paths);
          assertEquals(code, 0);
        }
        assertEquals(await bed.gateways[0]?.halfOpen(), 4);
        await new Promise((resolve) => setTimeout(resolve, (seconds + 5) * 1000));
        assertEquals(await bed.gateways[0]?.halfOpen(), 0);
        assertEquals((await probe(bed, GATEWAY4)).code, 0);
      });
    }
  });
}
