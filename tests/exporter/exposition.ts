/** Reading an exposition in an assertion. */

/** The value of a series with these labels, as the exposition writes them; undefined: it is not there. */
export function value(exposition: string, series: string): number | undefined {
  const [, name = "", labels = ""] = /^([^{]+)(?:\{(.*)\})?$/.exec(series)!;
  const wanted = labels.split(",").filter(Boolean);
  const lines = exposition.split("\n").filter((line) => {
    const [, found, own = ""] = /^([a-z_]+)(?:\{(.*)\})? /.exec(line) ?? [];
    return found === name && wanted.every((pair) => own.split(",").includes(pair));
  });
  if (lines.length > 1) throw new Error(`Several series are ${series}: ${lines}`);
  return lines[0] === undefined ? undefined : Number(lines[0].slice(lines[0].lastIndexOf(" ")));
}

/** The one name of a family whose sample is 1: `is(text, "ike_probe_verdict", "verdict")`. */
export function is(exposition: string, family: string, label: string): string | undefined {
  const found = [...exposition.matchAll(new RegExp(`^${family}\\{(?:.*,)?${label}="([^"]*)"[^}]*\\} 1$`, "gm"))];
  return found.map(([, name]) => name).join();
}
