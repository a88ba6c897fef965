// The types of an Alcaidefile.

import type { Secret } from "../../core/secret.ts";
import type { UserAccessories, UserLimits } from "./user_accessory.ts";
import type { UserProcess, UserSchedule } from "./user_named.ts";
import type { UserAsk, UserAssets, UserProxy } from "./user_requests.ts";
import type {
  UserAcme,
  UserCertificate,
  UserCommandBuild,
  UserDrain,
  UserGuard,
  UserHealth,
  UserImage,
  UserJail,
  UserJailBuild,
  UserKeep,
  UserNotify,
  UserPrebuilt,
  UserServer,
} from "./user_sections.ts";
import type { BuildAbout } from "./values.ts";

/** Where a release comes from. */
export type UserBuild = UserPrebuilt | UserCommandBuild | UserJailBuild | BuildFunction;

/** A build made for the app that it is used with. */
export type BuildFunction = (about: BuildAbout) => UserJailBuild;

/** A configuration given as a function of the environment chosen by `-e`. */
export type ConfigFunction = (
  options: { environment: string | undefined },
) => UserConfig | Promise<UserConfig>;

// Made by scripts/config_types.ts from the declared fields; changes below are overwritten.

/**
 * The default export of an `Alcaidefile.ts`. Only `app`, `server` and `build` must be there, and your own tasks run
 * without what they don't ask for.
 */
export interface UserConfig {
  /** Name of the app: small letters, digits and `_`, beginning with a letter. Its jails are called after it. */
  app: string;
  /** Where to deploy: `"root@203.0.113.7"`, `"deploy@shop.example.com:2222"`, a record, or a list of them. */
  server: UserServer | UserServer[];
  /**
   * The domain or domains that the app answers to; the first one is the main one. Without it the app is served over
   * plain HTTP at the server's address. A wildcard such as `"*.shop.example.com"` works with `tls: "off"` or
   * `"internal"`, or with your own certificate; where one name is wanted, such as for the health check, `www` stands in
   * for it. `["shop.example.com", { ask: "http://app/allowed" }]` answers to domains of customers, too.
   */
  domain?: string | UserAsk | (string | UserAsk)[];
  /** Other host names, such as `"www.shop.example.com"`: whoever asks for them is sent to the main domain for good. */
  redirects?: string | string[];
  /**
   * The paths of its domains that are the app's, such as `"/api/*"`: other apps have other paths of the same domain,
   * and the longer path wins. `"/*"` is all that no other app has. The TLS settings of apps on one domain must be the
   * same. Default: the domains are the app's alone.
   */
  paths?: string | string[];
  /**
   * True hides the part of a path before `/*` from the app: of `"/api/*"` it sees `/users` for `/api/users`. Without
   * `paths` it has no effect.
   */
  stripPrefix?: boolean;
  /**
   * Where certificates come from: `"acme"` (Let's Encrypt; the default when there is a domain), `"internal"` (Caddy's
   * own authority), your own certificate, or `"off"` (plain HTTP; the default without a domain). With certificates,
   * requests over plain HTTP are redirected to HTTPS.
   */
  tls?: "acme" | "internal" | "off" | UserAcme | UserCertificate;
  /** Rules for the requests that come to the app, and for its answers. */
  proxy?: UserProxy;
  /** The jails that the app runs in. */
  jail?: UserJail;
  /**
   * The tree that the app's jails are made from: the base system with packages, in which commands have been run. It is
   * made when its packages, its commands or the base system are others than before, and by `alcaide deploy --rebuild`.
   * Default: the base system with `jail.packages`.
   */
  image?: UserImage;
  /** Where releases come from. */
  build: UserBuild;
  /**
   * The command that starts the app, run in `/app` as the app's user: the short form of `processes.web`. Default:
   * `bin/APP start`; none with `processes`.
   */
  start?: string;
  /**
   * The processes of a release, by name: `{ web: "bin/shop start", worker: { start: "bin/shop worker", instances: 2 }
   * }`. Each runs in the release's jail with a log of its own. `web` gets the requests; without it, and without
   * `start`, the app has no site. Default: `start` alone, as `web`.
   */
  processes?: Record<string, UserProcess>;
  /**
   * Environment variables of the app, at most 120 kB together. They win over what the system sets, such as `PATH` and
   * `LANG`. `PORT` is set from `jail.port` when it isn't here.
   */
  env?: Record<string, string | number | Secret>;
  /**
   * The secrets of the encrypted file that are variables of the app, over those of `env`. Default: all whose names a
   * variable can have.
   */
  secretEnv?: string[];
  /**
   * A command that prints the key of the encrypted file, such as `"op read op://shop/alcaide/key"`, run by `/bin/sh` in
   * the Alcaidefile's directory. Default: the key is in `.alcaide/master.key`.
   */
  keyCommand?: string;
  /** How to see that a new release is well. */
  health?: UserHealth;
  /**
   * Seconds that requests in flight get to finish on the old release. A record gives WebSockets and event streams a
   * time of their own: `{ requests: 30, sockets: 300 }`. Default: 30.
   */
  drain?: number | UserDrain;
  /**
   * For some time after the switch a deploy watches the new release, the old one still running. Too many errors, an end
   * of the app or of its jail bring the old one back: `{ for: 60, maxErrors: "1%" }`. A first deploy has nothing to go
   * back to, so it is not watched. A rollback is watched as well: the release that it left comes back when the other
   * one does worse. Default: no guard.
   */
  guard?: UserGuard;
  /**
   * Notices of how a deploy, cutover or rollback ended: `{ slack: secrets("SLACK_URL") }`. One that can't be sent is a
   * warning. Default: nobody.
   */
  notify?: UserNotify;
  /** Seconds that the app gets to end once it is asked to by SIGTERM; after that it is killed. Default: 30. */
  stopTimeout?: number;
  /**
   * How much of its server a jail may use, by rctl. The server's kernel must count: `kern.racct.enable=1` in
   * `/boot/loader.conf`, then a reboot. Default: no limits.
   */
  limits?: UserLimits;
  /**
   * How many good releases are kept for rollback, the live one included. A record says also how many actions the
   * history keeps: `{ releases: 5, history: 500 }`. Default: 5.
   */
  keep?: number | UserKeep;
  /**
   * Files that Caddy serves from copies on the server, as long as `keep` keeps their release: pages of the release
   * before find theirs after the switch, and pages of the new one before it. The live release's file wins, then that of
   * the newest release that has it; a file that none has is asked of the app. Default: the app is asked for all.
   */
  assets?: UserAssets;
  /** Host directories that outlive releases, each as `"/host/directory:/directory/in/the/jail"`. */
  volumes?: string[];
  /** Commands run in the new jail as the app's user, in `/app`, before the app starts. */
  beforeStart?: string[];
  /** A command run once per deploy, on the first server, in the new jail before the app starts: migrations. */
  migrate?: string;
  /** The command that `alcaide console` runs in the live jail, such as `bin/shop remote`. */
  console?: string;
  /**
   * Commands that the server's cron runs in the live jail, by name: one run at a time, the output in a log of its own,
   * the last run in `alcaide status`. They belong to the release that is live.
   */
  schedule?: Record<string, UserSchedule>;
  /** Supporting services in jails of their own, made by `postgresql()`, `redis()` or `service()`. */
  accessories?: UserAccessories;
}
