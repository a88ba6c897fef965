// The value of a plan, as `deploy --plan --json` prints it.

/** A server's part of a plan. */
export interface ShownPlan {
  readonly server: string;
  readonly release: string;
  readonly previous: string | null;
  /** Releases that go. */
  readonly forget?: readonly string[];
  /** Domains that the app no longer answers to. */
  readonly dropped?: readonly string[];
  readonly steps: readonly { readonly title: string; readonly reason?: string }[];
}

/** Reads the value of a plan; an action without a plan has none. */
export function plansOf(value: unknown): readonly ShownPlan[] {
  return Array.isArray(value) ? value : [];
}
