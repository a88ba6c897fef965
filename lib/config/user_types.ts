// The types of an Alcaidefile.

import type { Secret } from "../core/secret.ts";
import type { Become } from "../core/target.ts";
import type { UserAccessories, UserLimits } from "./user_accessory.ts";
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
   * for it.
   */
  domain?: string | string[];
  /** Other host names, such as `"www.shop.example.com"`: whoever asks for them is sent to the main domain for good. */
  redirects?: string | string[];
  /**
   * Where certificates come from: `"acme"` (Let's Encrypt; the default when there is a domain), `"internal"` (Caddy's
   * own authority), your own certificate, or `"off"` (plain HTTP; the default without a domain). With certificates,
   * requests over plain HTTP are redirected to HTTPS.
   */
  tls?: "acme" | "internal" | "off" | UserAcme | UserCertificate;
  /** The jails that the app runs in. */
  jail?: UserJail;
  /** Where releases come from. */
  build: UserBuild;
  /** The command that starts the app, run in `/app` as the app's user. Default: `bin/APP start`. */
  start?: string;
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
   * of the app or of its jail bring the old one back: `{ for: 60, maxErrors: "1%" }`. Default: no guard.
   */
  guard?: UserGuard;
  /** Seconds that the app gets to end once it is asked to by SIGTERM; after that it is killed. Default: 30. */
  stopTimeout?: number;
  /**
   * How much of its server a jail may use, by rctl. The server's kernel must count: `kern.racct.enable=1` in
   * `/boot/loader.conf`, then a reboot. Default: no limits.
   */
  limits?: UserLimits;
  /** How many good releases are kept for rollback, the live one included. Default: 5. */
  keep?: number;
  /** Host directories that outlive releases, each as `"/host/directory:/directory/in/the/jail"`. */
  volumes?: string[];
  /** Commands run in the new jail as the app's user, in `/app`, before the app starts. */
  beforeStart?: string[];
  /** A command run once per deploy, on the first server, in the new jail before the app starts: migrations. */
  migrate?: string;
  /** The command that `alcaide console` runs in the live jail, such as `bin/shop remote`. */
  console?: string;
  /** Supporting services in jails of their own, made by `postgresql()`, `redis()` or `service()`. */
  accessories?: UserAccessories;
}

/** A server: `user@host:port`, or a record. */
export type UserServer = string | {
  /** Name or address. */
  host: string;
  /** User to log in as. Default: what `~/.ssh/config` says, else `root`. */
  user?: string;
  /** Port of sshd. Default: what `~/.ssh/config` says, else 22. */
  port?: number;
  /** Path of the private key to use; `~` is understood. */
  key?: string;
  /** How a user that isn't root becomes root. Default: `doas` if there, else `sudo`. */
  become?: Become;
  /** A server to go through, as `user@host:port`. */
  jump?: string;
  /**
   * Fingerprint of the server's key, as `ssh-keygen -lf` prints it, or several: no `known_hosts` file is needed then.
   */
  hostKey?: string | string[];
};

/** Certificates by ACME, in detail. */
export interface UserAcme {
  /** Address that the authority may write to. */
  email?: string;
  /** URL of the authority's directory. */
  ca?: string;
  /** Use Let's Encrypt's staging authority: for trying things out without its limits. */
  staging?: boolean;
}

/** Your own certificate. */
export interface UserCertificate {
  /** The certificate and those between it and its authority, as PEM text: `Deno.readTextFileSync("shop.crt")`. */
  cert: string | Secret;
  /** Its private key, as PEM text without a passphrase; best as a secret. */
  key: string | Secret;
}

/** The jails that the app runs in. */
export interface UserJail {
  /**
   * Directory on the server in which jails live. Where it lies on ZFS and isn't there yet, `setup` makes a dataset for
   * it. Default: `/jails`.
   */
  basePath?: string;
  /** FreeBSD version of the jails, such as `"14.3-RELEASE"`. Default: the server's own, without patch level. */
  freebsd?: string;
  /** Port that the app listens on in its jail. Default: 4000. */
  port?: number;
  /** The network of the jails' addresses. Default: `10.66.0.0/24`. */
  subnet?: string;
  /** Packages to install in the jail. */
  packages?: string[];
  /**
   * IPv4 addresses of the resolvers that jails ask for names, three at most. Default: those in the server's
   * `/etc/resolv.conf` that jails can reach, which leaves out one at 127.0.0.1.
   */
  nameservers?: string[];
  /**
   * Where FreeBSD's releases are downloaded from; also a directory that holds `MANIFEST` and `base.txz` themselves.
   * Default: `https://download.freebsd.org/releases`.
   */
  mirror?: string;
}

/** A release that is there already, as a directory or a tarball. */
export interface UserPrebuilt {
  /** Path of the directory or tarball (`.tar`, `.tar.gz`, `.tgz`, `.tar.xz`, `.tar.zst`), from the Alcaidefile. */
  prebuilt: string;
}

/** A release made by a command on this machine. */
export interface UserCommandBuild {
  /** The command, run by `/bin/sh` in the Alcaidefile's directory. */
  command: string;
  /** Where its result lies afterwards: a directory or tarball, from the Alcaidefile. */
  result: string;
}

/**
 * A release built in a jail on the server, from the commit that is checked out. `phoenix()`, `elixir()`, `node()` and
 * `staticSite()` make such a record; anything else can be written out.
 */
export interface UserJailBuild {
  /** The build jail: its contents and its commands. */
  jail: UserBuildJail;
  /** For a release of Elixir or Erlang: every release gets a node name and a cookie of its own. */
  erlang?: UserErlang;
  /** Defaults for the app's configuration where the Alcaidefile says nothing. */
  defaults?: UserBuildDefaults;
}

/** The contents of a build jail, and its commands. */
export interface UserBuildJail {
  /** Packages to install in the build jail. */
  packages?: string[];
  /** Commands run one after another by `/bin/sh` in the directory of the source, as a user without rights. */
  commands?: string[];
  /** Where the release lies afterwards: a directory or tarball, from the source. */
  result: string;
  /** Environment variables of the build; those of the app are not there. */
  env?: Record<string, string | number | Secret>;
  /** Directories of the source that are kept from build to build, such as `deps`. The home directory is kept anyway. */
  caches?: string[];
  /** Seconds that the commands may take together. Default: 1800. */
  timeout?: number;
}

/** The particulars of a release of Elixir or Erlang. */
export interface UserErlang {
  /** The beginning of the node's name: the name of the release. */
  node: string;
  /** The module that the migrations call. Without it in the source, a deploy warns. */
  module?: string;
}

/** Defaults of a build for the app's configuration; the Alcaidefile's own word counts more. */
export interface UserBuildDefaults {
  /** The command that starts the app. */
  start?: string;
  /** Environment variables of the app. */
  env?: Record<string, string | number | Secret>;
  /** The path of the health check. */
  healthPath?: string;
  /** The command of migrations. */
  migrate?: string;
  /** The command that opens a console. */
  console?: string;
  /** Packages in the app's jail. */
  packages?: string[];
}

/** How to see that a release is well. */
export interface UserHealth {
  /** Path to ask for. Default: `/`. */
  path?: string;
  /** Statuses that count as well, a range `[least, most]` or one. Default: 200 to 399. */
  status?: number | [number, number];
  /** Seconds until a release that isn't well is given up. Default: 60. */
  timeout?: number;
  /** Seconds between two looks. Default: 1. */
  interval?: number;
}

/** How long connections to the old release get after the switch. */
export interface UserDrain {
  /** Seconds for requests in flight. Default: 30. */
  requests?: number;
  /** Seconds for WebSockets and event streams, which seldom end by themselves. Default: as `requests`. */
  sockets?: number;
}

/** How a new release is watched once it has the traffic. */
export interface UserGuard {
  /** Seconds that it is watched. Default: 60. */
  for?: number;
  /**
   * The share of answers that may be errors (status 500 and above), such as `"1%"`. Fewer than 5 errors are never too
   * many. Default: `"1%"`.
   */
  maxErrors?: string;
}
