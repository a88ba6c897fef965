/**
 * Directories that outlive a jail.
 *
 * @module
 */

/** A volume: a host directory and where the jail sees it. */
export interface Volume {
  /** Directory on the host. */
  readonly host: string;
  /** Directory in the jail. */
  readonly jail: string;
}
