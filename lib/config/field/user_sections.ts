// The types of an Alcaidefile's sections.

import type { Secret } from "../../core/secret.ts";
import type { Become } from "../../core/target.ts";

// Made by scripts/config_types.ts from the declared fields; changes below are overwritten.

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
  /** Tags, such as `"web"` or `"jobs"`, that `on` and `--server` may name in place of the server. */
  tags?: string[];
  /** Environment variables of the app on this server alone; they win over those of the app. */
  env?: Record<string, string | number | Secret>;
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
  /**
   * How a jail gets its base system and the packages of its image: by copies of its own, or mounted read-only, so that
   * it takes a tenth of the disk, is made faster, and gets patches of the base system at its next start. On ZFS jails
   * are clones either way. Default: `"copied"`.
   */
  kind?: "copied" | "thin";
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

/** The contents of an image. */
export interface UserImage {
  /** Packages to install in it, together with those of `jail.packages`. */
  packages?: string[];
  /**
   * Commands run in it afterwards, one after another, by `/bin/sh` as root, in `/`: with the network, without secrets
   * and without the release.
   */
  commands?: string[];
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

/** Notices of how deploys and rollbacks ended. */
export interface UserNotify {
  /**
   * The events to tell: `"success"` of a deploy, cutover or promotion, `"failure"` of those and of rollbacks,
   * `"rollback"` when one is done, `"guard"` when it took a release or a canary back. Default: all.
   */
  on?: ("success" | "failure" | "rollback" | "guard")[];
  /** The address of an incoming webhook of Slack, or of Mattermost, which understands the same. */
  slack?: string | Secret;
  /** An address that gets the notice as JSON by POST. */
  webhook?: string | Secret;
  /** The address of a topic of ntfy, such as `"https://ntfy.sh/shop-deploys"`. */
  ntfy?: string | Secret;
  /** A command on this machine, in the Alcaidefile's directory. It gets the notice as JSON on standard input. */
  command?: string;
}

/** How many releases and records of actions stay on a server. */
export interface UserKeep {
  /** How many good releases are kept for rollback, the live one included. Default: 5. */
  releases?: number;
  /** How many records of actions `alcaide history` has on each server; the oldest go first. Default: 500. */
  history?: number;
}
