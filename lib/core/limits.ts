// Limits of a jail: how much of its server its processes may use together.

/** Limits of a jail; one that is absent is none. */
export interface Limits {
  /** Bytes of memory. */
  readonly memory?: number | undefined;
  /** Percent of one processor. */
  readonly cpu?: number | undefined;
  /** Processes at a time. */
  readonly processes?: number | undefined;
}

/** Names of limits. */
export type LimitName = keyof Limits;

/** The resource that rctl counts for each limit. */
export const limitResources: Readonly<Record<LimitName, string>> = {
  memory: "memoryuse",
  cpu: "pcpu",
  processes: "maxproc",
};

/** Bytes of memory as they are written in a configuration: `512M`. */
export function memoryText(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)}M`;
}

/** The limits that are set, in the order of documents. */
export function limitsSet(limits: Limits): (readonly [name: LimitName, most: number])[] {
  const names = Object.keys(limitResources) as LimitName[];
  return names.flatMap((name) => limits[name] === undefined ? [] : [[name, limits[name]] as const]);
}
