/** Registering tests that need the testbed: skipped by name, or failing in CI, where it cannot be had. */
import { assert, assertMatch } from "@std/assert";
import { isRequired, missingPrerequisite } from "./prerequisite.ts";
import { type GatewayName, type GatewayOptions, type Testbed, withTestbed } from "./testbed.ts";

/** A test: what it is about, the gateway that it wants running, and what it does. */
export type Register = <N extends GatewayName>(
  name: string,
  gateway: readonly [N, GatewayOptions[N]?] | undefined,
  body: (bed: Testbed) => Promise<void>,
) => void;

/**
 * A suite of tests that each get a testbed of their own, with a fresh gateway. After each test the gateway must still run,
 * and answer the reference client wherever it listens. Without the prerequisites the whole suite is one ignored test that
 * says what is missing; where they are required (CI=true, IKE_TCP_REQUIRE_TESTBED=1), one that fails.
 *
 * @param title what the suite is about
 * @param define registers the tests
 */
export function gatewaySuite(title: string, define: (test: Register) => void): void {
  const missing = missingPrerequisite();
  if (missing !== undefined) {
    Deno.test({
      name: `${title}: ${missing}`,
      ignore: !isRequired(),
      fn: () => {
        throw new Error(`Cannot run the suite "${title}": ${missing}`);
      },
    });
    return;
  }
  define((name, gateway, body) => {
    Deno.test(`${title}: ${name}`, async () => {
      await withTestbed(async (bed) => {
        if (gateway !== undefined) await bed.gateway(...gateway);
        await body(bed);
        if (gateway !== undefined) await assertHealthy(bed);
      });
    });
  });
}

/** The gateways run, and answer everyone: the reference client over every transport and family that they have. */
export async function assertHealthy(bed: Testbed): Promise<void> {
  await bed.profile("open");
  for (const gateway of bed.gateways) {
    assert(await gateway.isAlive(), `${gateway.daemon} no longer runs:\n${await gateway.log()}`);
    for (const address of gateway.addresses) {
      for (const transport of gateway.transports) {
        const answer = await bed.ping(transport, address);
        assertMatch(
          answer,
          /^(accepted|NO_PROPOSAL_CHOSEN|REDIRECT)$/,
          `${gateway.daemon}, ${transport} of ${address}`,
        );
      }
    }
    assert(await gateway.isAlive(), `${gateway.daemon} no longer runs:\n${await gateway.log()}`);
  }
}
