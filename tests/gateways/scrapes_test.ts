/**
 * Three hundred scrapes of a gateway, quicker than any Prometheus asks and with full exchanges as often as the exporter can be
 * told to make them, leave it as it was. Takes minutes: only with IKE_TCP_SLOW=1, as `.ci/run` has it.
 */
import { assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import { is, value } from "../exporter/exposition.ts";
import { GATEWAY4, gatewaySuite, type Register } from "../testbed/mod.ts";
import { scrape, startExporter } from "./exporting.ts";

function define(test: Register): void {
  for (const name of ["libreswan", "strongswan"] as const) {
    const packaged = name === "strongswan" ? { dosProtection: true } as const : undefined;
    test(`300 scrapes leave ${name} as healthy as before`, [name, packaged], async (bed) => {
      await using _ = await startExporter(bed, "--allow", GATEWAY4, "--min-interval", "0", "--full-every", "60");
      const answers = await scrape(bed, `/probe?target=${GATEWAY4}`, 300, 250);
      assertEquals(answers.map(({ status }) => status), Array(300).fill(200));
      assertEquals(answers.filter(({ body }) => value(body, "probe_success") !== 1).length, 0);
      for (const { body } of answers) assertLessOrEqual(value(body, "ike_probe_standing_half_open_sas")!, 4);
      const kinds = answers.map(({ body }) => is(body, "ike_probe_run", "kind"));
      assertEquals(kinds[0], "full");
      assertLessOrEqual(kinds.filter((kind) => kind === "full").length, 2);
      assertLessOrEqual(await bed.gateways[0]!.halfOpen(), 4);
      assertLess(answers.map(({ ms }) => ms).toSorted((a, b) => a - b)[150]!, 1000);
      const own = (await scrape(bed, "/metrics"))[0]!.body;
      assertEquals(value(own, "ike_exporter_defects_total"), 0);
      assertEquals(await bed.ping("udp500"), "accepted");
    });
  }
}

if (Deno.env.get("IKE_TCP_SLOW") === "1") gatewaySuite("scrapes", define);
