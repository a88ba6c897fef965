// The types of records of an Alcaidefile that have names of the user's.

// Made by scripts/config_types.ts from the declared fields; changes below are overwritten.

/** A process of the app: its command, or a record. */
export type UserProcess = string | {
  /** The command that starts it, run in `/app` as the app's user. */
  start: string;
  /** How many of it run on a server. `web` runs once. Default: 1. */
  instances?: number;
  /**
   * Seconds that it gets to end once it is asked to by SIGTERM; after that it is killed. Default: `stopTimeout` of the
   * app.
   */
  stopTimeout?: number;
  /** The servers that it runs on: a tag, a server's name, or a list of them. Default: all. */
  on?: string | string[];
  /**
   * Those of the old release end, on all servers, before those of the new one start: the two never run at the same
   * time. Default: `false`: the new ones start, then the old ones are stopped.
   */
  alone?: boolean;
  /**
   * It starts before the switch, and a deploy is taken back when it does not stay up. Default: `false`: it starts after
   * the switch, and a deploy fails when it does not stay up.
   */
  startBefore?: boolean;
};

/** A command, and when it runs. */
export interface UserSchedule {
  /**
   * When it runs, by the server's clock, as in `crontab(5)`: minute, hour, day of the month, month and day of the week,
   * such as `"0 3 * * *"`; or `"@hourly"`, `"@daily"`, `"@weekly"`, `"@monthly"`, `"@yearly"`.
   */
  at: string;
  /** The command, run in `/app` as the app's user with its environment. */
  run: string;
  /** The servers that it runs on: a tag, a server's name, or a list of them. Default: all. */
  on?: string | string[];
  /** Seconds after which a run is ended. Default: none. */
  timeout?: number;
}
