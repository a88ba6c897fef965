/**
 * Deploys several apps at once from a program of its own. `deno run -A three_deploys.ts` in a directory with their releases;
 * Ctrl-C ends all of them, each cleans up.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- it is a program, and prints what happens
import { deploy, type Event, type EventOptions, type UserConfig } from "alcaide";

/** How one deploy ended. */
export type Outcome = { readonly release: string } | { readonly error: unknown };

/** Deploys apps at once; one that fails doesn't stop the others. */
export async function deployAll(
  configs: readonly UserConfig[],
  options: (config: UserConfig) => EventOptions,
  onEvent: (app: string, event: Event) => void,
): Promise<Map<string, Outcome>> {
  const outcomes = await Promise.all(configs.map(async (config): Promise<[string, Outcome]> => {
    let release = "";
    try {
      for await (const event of deploy.events(config, options(config))) {
        onEvent(config.app, event);
        if (event.type === "result") release = (event.value as { release: string }).release;
      }
      return [config.app, { release }];
    } catch (error) {
      return [config.app, { error }];
    }
  }));
  return new Map(outcomes);
}

/** What a line says about an event; undefined for what isn't worth one. */
export function describe(event: Event): string | undefined {
  if (event.type === "step") return event.title;
  if (event.type === "warning") return `Warning: ${event.text}`;
  return undefined;
}

if (import.meta.main) {
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => stop.abort());
  const configs = ["shop", "blog", "wiki"].map((app): UserConfig => ({
    app,
    server: "root@203.0.113.7",
    domain: `${app}.example.com`,
    build: { prebuilt: `${app}/release` },
  }));
  const outcomes = await deployAll(configs, () => ({ signal: stop.signal }), (app, event) => {
    const text = describe(event);
    if (text !== undefined) console.log(`${app}: ${text}`);
  });
  for (const [app, outcome] of outcomes) {
    if ("release" in outcome) console.log(`${app}: ${outcome.release} is live`);
    else console.error(`${app}: ${outcome.error instanceof Error ? outcome.error.message : outcome.error}`);
  }
}
