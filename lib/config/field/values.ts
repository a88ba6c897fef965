// Resolves fields that can be written in several ways.

import type { AppProcess } from "../../core/process.ts";
import type { Secret } from "../../core/secret.ts";
import type { Target } from "../../core/target.ts";

/** A server in the resolved configuration. */
export interface Server extends Target {
  /** The name it has in output, in `--server` and in `status`. */
  readonly name: string;
  /** Tags that `on` and `--server` may name in its place. */
  readonly tags?: readonly string[];
  /** Variables of the app on this server alone; they win over those of the app. */
  readonly env?: Readonly<Record<string, string | Secret>>;
}

/** Where certificates come from. */
export type Tls =
  | { readonly kind: "off" }
  | { readonly kind: "internal"; readonly ask?: string }
  | { readonly kind: "acme"; readonly email?: string; readonly ca?: string; readonly ask?: string }
  | OwnCertificate;

/** Your own certificate. */
export interface OwnCertificate {
  /** Tells it from the other ways to a certificate. */
  readonly kind: "own";
  /** The certificate, as PEM text. */
  readonly cert: Secret;
  /** Its private key, as PEM text. */
  readonly key: Secret;
}

/** The input of a build that is a function. */
export interface BuildAbout {
  /** Name of the app. */
  readonly app: string;
  /** The main domain. */
  readonly domain: string | undefined;
}

/** A command that the server's cron runs in the live jail. */
export interface Schedule {
  /** Minute, hour, day of the month, month and day of the week. */
  readonly at: string;
  /** The command. */
  readonly run: string;
  /** Tags or names of servers. Undefined: all. */
  readonly on: readonly string[] | undefined;
  /** Seconds after which a run is ended. */
  readonly timeout: number | undefined;
}

/** A process in the resolved configuration. */
export interface Process extends AppProcess {
  /** The servers that it runs on; undefined for all. */
  readonly on: readonly string[] | undefined;
}

/** A volume: a host directory and where the jail sees it. */
export interface Volume {
  /** Directory on the host. */
  readonly host: string;
  /** Directory in the jail. */
  readonly jail: string;
}

/** Something that a notice tells. */
export type NoticeEvent = "success" | "failure" | "rollback" | "guard";

/** Notices of how deploys and rollbacks ended. */
export interface Notify {
  /** The events to tell. */
  readonly on: readonly NoticeEvent[];
  /** An address of Slack, which is kept like a password, as the next two are. */
  readonly slack: Secret | undefined;
  /** An address that gets JSON. */
  readonly webhook: Secret | undefined;
  /** A topic of ntfy. */
  readonly ntfy: Secret | undefined;
  /** A command on this machine. */
  readonly command: string | undefined;
}
