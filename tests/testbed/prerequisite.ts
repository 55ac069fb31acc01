/** What a machine needs for the suites with real gateways, and what happens where it is missing. */

const HERE = new URL(".", import.meta.url);

/** Whether missing prerequisites are a failure (in CI), and not a reason to skip. */
export function isRequired(): boolean {
  return Deno.env.get("CI") === "true" || Deno.env.get("IKE_TCP_REQUIRE_TESTBED") === "1";
}

/** What is missing and how to get it, in one phrase; `undefined` when all is there. */
export function missingPrerequisite(): string | undefined {
  if (Deno.build.os !== "linux") return "needs Linux with network namespaces";
  if (Deno.uid() !== 0) return "needs root, for network namespaces: run the same command with sudo";
  if (!succeeds("unshare", "--net", "--mount", "true")) return "needs the right to make network namespaces";
  const install = decodeURIComponent(new URL("install", HERE).pathname);
  if (!succeeds(install, "--check")) return "needs gateways and tools: run tests/testbed/install (Debian 12)";
  return undefined;
}

function succeeds(program: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}
