/**
 * A `deno lint` plugin that holds the architecture: which room may import which (`imports`), and that the sans-IO rooms
 * know no socket, clock, randomness or `async` (`sans-io`). The picture that it enforces is in `lib/README.md`.
 */

/** A room of the project: a folder below `lib/`, or one of `main`, `commands`, `tests`. */
type Room = string;

/** What a room may import: other rooms (or single files, `ROOM/FILE.ts`), and packages by their import names. */
interface Rule {
  readonly rooms: readonly string[];
  readonly packages?: readonly string[];
  readonly sansIo?: true;
}

/** The whole table; what is not in it is forbidden. A room may always import its own files. */
export const ROOMS: Readonly<Record<Room, Rule>> = {
  main: { rooms: ["commands", "cli"] },
  commands: {
    rooms: [
      "capture",
      "cli",
      "crypto",
      "decode",
      "diagnose",
      "encap",
      "exchange",
      "exporter",
      "gateway",
      "ike",
      "model",
      "net",
      "probe",
      "report",
      "targets",
      "watch",
      "wire",
    ],
    packages: ["@std/streams"],
  },
  model: { rooms: [], sansIo: true },
  wire: { rooms: [], packages: ["ipaddr.js"], sansIo: true },
  ike: { rooms: ["wire"], sansIo: true },
  encap: { rooms: ["wire"], sansIo: true },
  crypto: { rooms: [], packages: ["@noble/"], sansIo: true },
  exchange: { rooms: ["ike", "crypto", "model", "wire"], sansIo: true },
  net: { rooms: ["encap", "model", "wire", "crypto/nat_search.ts"], packages: ["node:", "@std/streams"] },
  probe: { rooms: ["exchange", "net", "model", "encap", "ike", "wire", "crypto"] },
  diagnose: { rooms: ["model", "ike", "wire"], sansIo: true },
  watch: { rooms: ["model", "diagnose/view.ts", "probe/settings.ts", "report", "cli/wrap.ts", "wire"], sansIo: true },
  capture: { rooms: ["model", "wire", "report/text/style.ts"], sansIo: true },
  report: { rooms: ["model", "diagnose", "encap", "ike", "wire", "cli/suggest.ts", "cli/wrap.ts"] },
  decode: { rooms: ["capture", "cli/wrap.ts", "encap", "ike", "model", "probe/listener.ts", "report", "wire"] },
  exporter: {
    rooms: [
      "cli/command.ts",
      "cli/failure.ts",
      "cli/option.ts",
      "cli/read_value.ts",
      "cli/suggest.ts",
      "cli/terminal.ts",
      "model",
      "net",
      "probe/asking.ts",
      "probe/settings.ts",
      "report",
      "watch",
      "wire",
    ],
    packages: ["node:"],
  },
  targets: { rooms: ["model", "net", "probe"] },
  gateway: { rooms: ["exchange", "net", "model", "encap", "ike", "wire", "crypto"], packages: ["@noble/", "node:"] },
  cli: { rooms: ["model", "wire", "deno.json"], packages: ["@std/cli/parse-args"] },
};

/** Names that a sans-IO room may not use: time, randomness and the outside world are arguments there. */
const BANNED_NAMES = new Set([
  "Deno",
  "Date",
  "Temporal",
  "performance",
  "crypto",
  "console",
  "globalThis",
  "Promise",
  "fetch",
  "Worker",
  "setTimeout",
  "setInterval",
  "clearTimeout",
  "clearInterval",
  "queueMicrotask",
]);

/** The project's root as a path with a final slash. */
const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** The room of a file given by its path below the root; `undefined` for what no rule is about (tests, build scripts). */
export function roomOf(path: string): Room | undefined {
  if (path === "main.ts") return "main";
  if (path.startsWith("commands/")) return "commands";
  return /^lib\/([^/]+)\//.exec(path)?.[1];
}

/** Path below the root, or `undefined` for a file outside. */
function belowRoot(filename: string): string | undefined {
  const path = filename.replaceAll("\\", "/");
  return path.startsWith(ROOT) ? path.slice(ROOT.length) : undefined;
}

/**
 * Why a file may not import something, or `undefined` when it may.
 *
 * @param file the importing file, as a path below the root
 * @param specifier what stands in the `import`
 */
export function forbidden(file: string, specifier: string): string | undefined {
  const room = roomOf(file);
  if (room === undefined) return undefined;
  const rule = ROOMS[room];
  if (rule === undefined) return `lib/${room} is not in the table of rooms (tests/lint/layers.ts)`;
  if (!specifier.startsWith(".")) {
    const known = (rule.packages ?? []).some((name) =>
      name.endsWith("/") || name.endsWith(":") ? specifier.startsWith(name) : specifier === name
    );
    return known ? undefined : `${room} may not import the package ${specifier}`;
  }
  const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
  if (rule.rooms.includes(target.replace(/^lib\//, ""))) return undefined;
  const other = roomOf(target);
  if (other === undefined) return `${room} may not import ${target}`;
  if (other === room || rule.rooms.includes(other)) return undefined;
  const may = rule.rooms.length === 0 ? "no other room" : `only ${rule.rooms.join(", ")}`;
  return `${room} may not import ${other} (${may})`;
}

/** The text of a node when it is a string constant. */
function text(node: Deno.lint.Node | null | undefined): string | undefined {
  return node?.type === "Literal" && typeof node.value === "string" ? node.value : undefined;
}

const imports: Deno.lint.Rule = {
  create(context) {
    const file = belowRoot(context.filename);
    if (file === undefined || roomOf(file) === undefined) return {};
    const check = (node: Deno.lint.Node, source: Deno.lint.Node | null | undefined) => {
      const specifier = text(source);
      const message = specifier === undefined ? undefined : forbidden(file, specifier);
      if (message !== undefined) context.report({ node, message, hint: "The table of rooms is in lib/README.md" });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      // new Worker(new URL("./thing.ts", import.meta.url))
      NewExpression(node) {
        const first = node.arguments[0];
        if (node.callee.type === "Identifier" && node.callee.name === "URL" && text(first)?.endsWith(".ts")) {
          check(node, first);
        }
      },
    };
  },
};

/** Whether an identifier stands for a thing, and not for the name of a property or member. */
function isReference(node: Deno.lint.Identifier): boolean {
  const parent = (node as { parent?: Deno.lint.Node }).parent;
  switch (parent?.type) {
    case "MemberExpression":
      return parent.computed || !same(parent.property, node);
    case "Property":
      return parent.shorthand || parent.computed || !same(parent.key, node);
    case "PropertyDefinition":
    case "MethodDefinition":
    case "TSPropertySignature":
    case "TSMethodSignature":
      return parent.computed || !same(parent.key, node);
    case "TSQualifiedName":
      return same(parent.left, node);
    case "ImportSpecifier":
    case "ExportSpecifier":
      return false;
    default:
      return true;
  }
}

function same(a: Deno.lint.Node, b: Deno.lint.Node): boolean {
  return a.range[0] === b.range[0] && a.range[1] === b.range[1];
}

const sansIo: Deno.lint.Rule = {
  create(context) {
    const file = belowRoot(context.filename);
    const room = file === undefined ? undefined : roomOf(file);
    if (room === undefined || ROOMS[room]?.sansIo !== true) return {};
    const report = (node: Deno.lint.Node, what: string) =>
      context.report({
        node,
        message: `${room} is a sans-IO room: no ${what}`,
        hint: "Take time, randomness and octets as arguments",
      });
    const noAsync = (node: Deno.lint.Node & { readonly async: boolean }) => {
      if (node.async) report(node, "async");
    };
    return {
      Identifier(node) {
        if (BANNED_NAMES.has(node.name) && isReference(node)) report(node, node.name);
      },
      MemberExpression(node) {
        const { object, property } = node;
        const isRandom = object.type === "Identifier" && object.name === "Math" && property.type === "Identifier" &&
          property.name === "random";
        if (isRandom) report(node, "Math.random");
      },
      FunctionDeclaration: noAsync,
      FunctionExpression: noAsync,
      ArrowFunctionExpression: noAsync,
      AwaitExpression: (node) => report(node, "await"),
      ForOfStatement(node) {
        if (node.await) report(node, "await");
      },
    };
  },
};

const plugin: Deno.lint.Plugin = { name: "layers", rules: { imports, "sans-io": sansIo } };
export default plugin;
