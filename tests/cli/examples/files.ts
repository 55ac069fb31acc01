/**
 * The files that examples read, by the names that the examples give them. An example that reads another file needs a line
 * here; files that an example writes need nothing.
 */
import { ReportCapture } from "../../../lib/capture/mod.ts";
import { hexdump } from "../../../lib/ike/mod.ts";
import { assemble } from "../../../lib/report/assemble.ts";
import { renderJson } from "../../../lib/report/json.ts";
import { concatBytes } from "../../../lib/wire/mod.ts";
import { REQUEST_X25519 } from "../../ike/captures.ts";
import { runSimulated } from "../../report/simulated.ts";

/** Makes the contents of a file. */
export type MakeFile = () => Promise<string | Uint8Array> | string | Uint8Array;

/** A saved report; `faults` as `serve --fault` takes them. */
async function report(...faults: string[]): Promise<string> {
  return renderJson(assemble(await runSimulated(faults)));
}

/** The capture of a run. */
async function capture(): Promise<Uint8Array<ArrayBuffer>> {
  return concatBytes(...new ReportCapture().add(assemble(await runSimulated()), 0));
}

async function compressed(octets: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([octets]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Relative to the folder that the example runs in, which is also HOME. */
export const EXAMPLE_FILES: Readonly<Record<string, MakeFile>> = {
  "report.json": () => report("tcp:prefix-reset"),
  "office.json": () => report(),
  "home.json": () => report("tcp:prefix-reset"),
  "before.json": () => report("tcp:prefix-reset"),
  "after.json": () => report(),
  "run.pcapng": capture,
  "run.pcapng.gz": async () => await compressed(await capture()),
  "dump.txt": () => hexdump(REQUEST_X25519).join("\n"),
  "gateways.txt": () =>
    "vpn1.example.com\nvpn2.example.com --paths udp-4500 --require udp-4500  # behind a strict firewall\n",
  "good.json": () => `{"schema": "ike-tcp/expectation/1", "paths": [{"path": "udp-4500"}]}`,
};

/** Folders that users have, or are told to make. */
export const EXAMPLE_FOLDERS: readonly string[] = [
  ".local/share/bash-completion/completions",
  ".local/share/man/man1",
  ".zfunc",
  ".config/fish/completions",
];
