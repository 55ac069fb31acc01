/** A real Prometheus in the client's namespace, configured as the README says. */
import { type Output, run, type Testbed } from "../testbed/mod.ts";
import { Background } from "./background.ts";

const FOLDER = `${Deno.env.get("TB_LIB") ?? "/opt/ike-tcp-testbed"}/prometheus/usr/bin`;
const LISTEN = "127.0.0.1:9090";

/** Blocks of YAML in the README's section on Prometheus: the configuration, and the rules. */
export const [CONFIGURATION = "", RULES = ""] = (() => {
  const readme = Deno.readTextFileSync(new URL("../../README.md", import.meta.url));
  const section = /^## Prometheus\n([^]*?)^## /m.exec(readme)?.[1] ?? "";
  return [...section.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text]) => text);
})();

/** Quick enough for a test; all else is the README's. */
const GLOBAL =
  "global:\n  scrape_interval: 3s\n  scrape_timeout: 3s\n  evaluation_interval: 1s\nrule_files: [rules.yml]\n";

/** Runs promtool; what it says where it finds something. */
export async function promtool(...args: string[]): Promise<Output> {
  return await run([`${FOLDER}/promtool`, ...args]);
}

/** What promtool has to say of an exposition: nothing, where all is well. */
export async function lintMetrics(exposition: string): Promise<string> {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, exposition);
    const { code, stdout, stderr } = await run(["sh", "-c", '"$0" check metrics < "$1"', `${FOLDER}/promtool`, file]);
    return `${code === 0 ? "" : `exit ${code} `}${stdout}${stderr}`;
  } finally {
    await Deno.remove(file);
  }
}

/** A running Prometheus. */
export class Prometheus implements AsyncDisposable {
  private constructor(readonly bed: Testbed, readonly folder: string, readonly server: Background) {}

  /** Starts it; resolves when it answers. */
  static async start(bed: Testbed): Promise<Prometheus> {
    const folder = await Deno.makeTempDir({ prefix: "ike-tcp-prometheus-" });
    await Deno.writeTextFile(`${folder}/prometheus.yml`, GLOBAL + CONFIGURATION);
    await Deno.writeTextFile(`${folder}/rules.yml`, RULES);
    const options = [
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      `--web.listen-address=${LISTEN}`,
    ];
    const server = new Background(bed, [`${FOLDER}/prometheus`, ...options]);
    const prometheus = new Prometheus(bed, folder, server);
    try {
      await server.says(/Server is ready to receive web requests/);
      return prometheus;
    } catch (error) {
      await prometheus[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Series and their values, by the HTTP API. */
  async query(expression: string): Promise<Map<string, number>> {
    const command = [`${FOLDER}/promtool`, "query", "instant", `http://${LISTEN}`, expression];
    const { stdout } = await this.bed.inClient(command);
    return new Map(
      [...stdout.matchAll(/^(.*) => (\S+) @\[/gm)].map(([, series, value]) => [series!.trim(), Number(value)]),
    );
  }

  /** Waits until an expression has results, all of them with this value; gives their series. */
  async until(expression: string, value: number, timeoutMs = 60_000): Promise<string[]> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const found = await this.query(expression);
      if (found.size > 0 && [...found.values()].every((one) => one === value)) return [...found.keys()];
      if (Date.now() > end) {
        throw new Error(
          `Not ${value}: ${expression} is ${JSON.stringify([...found])}\n${this.server.output.slice(-2000)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}
