/** The exporter against a real gateway, scraped by a real Prometheus with the README's configuration. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { GATEWAY4, gatewaySuite } from "../testbed/mod.ts";
import { scrape, startExporter } from "./exporting.ts";
import { lintMetrics, Prometheus, promtool, RULES } from "./prometheus.ts";
import type { Answer } from "./scraper.ts";

const NAME = "vpn.example.org";

gatewaySuite("exporter", (test) => {
  test("Prometheus scrapes it with the README's configuration, and its rules fire", ["libreswan"], async (bed) => {
    await bed.hosts({ [NAME]: [GATEWAY4] });
    await using exporter = await startExporter(bed, "--allow", NAME);
    await using prometheus = await Prometheus.start(bed);
    const labels = `instance="${NAME}", job="vpn"`;
    await prometheus.until(`up{${labels}}`, 1);
    assertEquals(await prometheus.until(`probe_success`, 1), [`probe_success{${labels}}`]);
    assertEquals(await prometheus.until(`ike_probe_verdict{verdict="ready"}`, 1), [
      `ike_probe_verdict{${labels}, verdict="ready"}`,
    ]);
    const states = await prometheus.until(`ike_probe_path_state{state="answered", port="4500"}`, 1);
    assertEquals(states.map((series) => /transport="(\w+)"/.exec(series)?.[1]).toSorted(), ["tcp", "udp"]);
    assertMatch(states[0]!, new RegExp(`instance="${NAME}"`));
    const [answer] = (await prometheus.query(`ike_probe_phase_seconds{phase="answer", transport="udp", port="500"}`))
      .values();
    assert(answer !== undefined && answer > 0 && answer < 1);
    await prometheus.until(`up{job="ike-tcp-exporter"}`, 1);
    await prometheus.until(`ike_exporter_runs_total{kind="full"}`, 1);
    assertEquals((await prometheus.query("ALERTS")).size, 0);
    for (const path of [`/probe?target=${NAME}`, "/metrics"]) {
      const [{ status, body }] = await scrape(bed, path) as [Answer];
      assertEquals([status, await lintMetrics(body)], [200, ""], path);
    }

    await bed.profile("drop-udp");
    await prometheus.until(`ike_probe_verdict{verdict="fallback"}`, 1);
    await prometheus.until(`probe_success`, 0); // udp-4500 is required
    await prometheus.until(`ALERTS{alertname="VpnUnreachable", alertstate="pending"}`, 1);
    await prometheus.until(`up{${labels}}`, 1);
    const failed = (await scrape(bed, `/probe?target=${NAME}`))[0]!.body;
    assertEquals(await lintMetrics(failed), "");

    await bed.profile("open");
    await prometheus.until(`probe_success`, 1);
    assertEquals(await exporter.end(), 0);
    await prometheus.until(`up{${labels}}`, 0);
    assertEquals([...await prometheus.query(`probe_success`)], [], "what is not known is stale");
  });

  test("the README's rules are rules", undefined, async () => {
    const file = await Deno.makeTempFile({ suffix: ".yml" });
    await Deno.writeTextFile(file, RULES);
    const { code, stdout, stderr } = await promtool("check", "rules", "--lint=all", "--lint-fatal", file);
    await Deno.remove(file);
    assertEquals([code, stderr], [0, ""], stdout);
    assertMatch(stdout, /SUCCESS: 4 rules found/);
  });
});
