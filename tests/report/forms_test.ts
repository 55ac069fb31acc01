/** All forms together: each shows every report, and all say how the run ended. */
import { assert, assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { type ExitCode, type Format, FORMATS, type Report } from "../../lib/model/mod.ts";
import { FORMS } from "../../lib/report/render.ts";
import { readExposition } from "./exposition.ts";
import { hostile } from "./hostile.ts";
import { readPluginOutput } from "./plugin_output.ts";
import { REPORTS } from "./reports.ts";

const STATUS = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];
const SHOWN: Readonly<Record<string, Report>> = { ...REPORTS, hostile: hostile("evil\x1b[2J\n\u202e|<b>`") };

/** How each form says the exit code of a run with one report. */
const SAYS: Readonly<Record<Format, (output: string, exit: ExitCode) => void>> = {
  text: (output, exit) => assertStringIncludes(output, `exit code ${exit}\n`),
  json: (output, exit) => assertEquals((JSON.parse(output) as Report).verdict.exit, exit),
  jsonl: (output, exit) => {
    assertEquals(output.indexOf("\n"), output.length - 1);
    assertEquals((JSON.parse(output) as Report).verdict.exit, exit);
  },
  markdown: (output, exit) => assertStringIncludes(output, `exit code ${exit};`),
  nagios: (output, exit) => assertEquals(readPluginOutput(output).status, STATUS[exit]),
  prometheus: (output, exit) => {
    const value = (name: string) => readExposition(output).get(name)?.samples.map((sample) => sample.value);
    assertEquals(value("ike_probe_exit_code"), [exit]);
    assertEquals(value("probe_success"), [exit <= 1 ? 1 : 0]);
  },
};

for (const format of FORMATS) {
  Deno.test(`forms: ${format} shows every report, ends its last line, and agrees with the exit code`, () => {
    for (const [name, shown] of Object.entries(SHOWN)) {
      const renderer = FORMS[format].renderer({ width: 80, color: false, verbose: true });
      const output = renderer.add(shown) + [...renderer.end(shown.verdict.exit)].join("");
      assert(output.endsWith("\n"), name);
      // deno-lint-ignore no-control-regex
      assertNotMatch(output.replaceAll("\n", ""), /[\x00-\x1f\x7f-\x9f]|\p{Cf}/u, name);
      SAYS[format](output, shown.verdict.exit);
    }
  });
}
