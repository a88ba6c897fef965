/** All subjects by name. */

import type { Subject } from "../subject.ts";
import { alcaidefile, configuration } from "./config.ts";
import { caddyfile, siteFile } from "./caddy.ts";
import { events } from "./events.ts";
import { artifact } from "./artifact.ts";
import { probe } from "./probe.ts";
import { edited, keyText, secretsFile } from "./secrets.ts";
import { keyFiles, knownHosts, sshConfig } from "./ssh.ts";
import { accessoryRecords, hostJson, journal, lockHolder, markers } from "./state.ts";

export const subjects: Readonly<Record<string, Subject>> = {
  configuration,
  Alcaidefile: alcaidefile,
  probe,
  "known hosts": knownHosts,
  "ssh config": sshConfig,
  "private key": keyFiles,
  "secrets file": secretsFile,
  "secrets key": keyText,
  "edited secrets": edited,
  "host.json": hostJson,
  journal,
  "accessory record": accessoryRecords,
  "lock holder": lockHolder,
  marker: markers,
  Caddyfile: caddyfile,
  "site file": siteFile,
  artifact,
  events,
};
