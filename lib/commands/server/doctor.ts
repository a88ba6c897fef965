// Facts of a server that only `doctor` asks for, beside those of the probe. Nothing here changes the server.

import { type Command, type Script, sh } from "../../core/sh.ts";
import { slots } from "../../core/slot.ts";
import { appHome } from "../app/app.ts";
import { checkCaddyfile } from "../caddy/validate.ts";
import { caddyUser } from "../caddy/service.ts";
import { eachTree } from "../jail/modes.ts";
import { appDir, etcDir, jailName, stateDir } from "../paths.ts";
import { remainsOf } from "./remains.ts";
import { nearest, probe, type Section } from "./probe.ts";

/** An app whose server is examined. */
export interface DoctorSpec {
  readonly basePath: string;
  readonly app: string;
  /** Base URL of FreeBSD's releases. */
  readonly mirror: string;
  /** The version of the jails; undefined: the server's own. */
  readonly freebsd: string | undefined;
  /** Names that Caddy has certificates for. */
  readonly names: readonly string[];
}

/** The probe with everything that `doctor` looks at, in one script. */
export function doctorProbe(spec: DoctorSpec): Script {
  const { basePath, app } = spec;
  return probe({
    basePath,
    app,
    setup: true,
    more: [
      ...remainsOf(app, basePath),
      ...systemSections(basePath),
      ...roomSections(basePath, app),
      ...supplySections(),
      ...caddySections(spec),
    ],
  });
}

const treeResolvers: Command = sh`f=$tree/etc/resolv.conf
[ ! -f "$f" ] || awk -v tree="$tree" '{ if ($1 == "nameserver") tree = tree " " $2 } END { print tree }' "$f"`;

function systemSections(basePath: string): Section[] {
  return [
    ["addresses", sh`ifconfig -a 2>/dev/null | awk '$1 == "inet" || $1 == "inet6" { print $2 }'`],
    ["daemons", sh`for p in ntpd chronyd cron; do pgrep -j none -x "$p" >/dev/null && echo "$p"; done; :`],
    ["umask", sh`sed -n 's/.*:umask=\([0-7]*\):.*/\1/p' /etc/login.conf 2>/dev/null | head -n 1`],
    ["nat", sh`pfctl -s nat 2>/dev/null; :`],
    // Without the module pfctl can't check a file on FreeBSD 15.
    [
      "pf check",
      sh`f=$(sysrc -n pf_rules 2>/dev/null) && [ -f "$f" ] && kldstat -q -m pf && { echo checked; pfctl -nf "$f" 2>&1 | head -n 1; }; :`,
    ],
    [
      "tree resolvers",
      sh`${eachTree(basePath, treeResolvers)} 2>/dev/null; :`,
    ],
    [
      "open secrets",
      sh`find ${stateDir} ${etcDir}/tls -type f \( -name env -o -name '*.key' \) \( -perm -040 -o -perm -004 \) 2>/dev/null; :`,
    ],
  ];
}

/** The sizes of the app's jails, of a template where there is none yet, and of the artifacts; free space and inodes. */
function roomSections(basePath: string, app: string): Section[] {
  const jails = slots.map((slot) => `${basePath}/${jailName(app, slot)}`);
  const measure = sh`timeout 20 du -skx "$d" 2>/dev/null | awk -v d="$d" '{ print $1, d }'`;
  return [
    [
      "sizes",
      sh`for d in ${jails} ${jails.map((path) => `${path}${appHome}`)}; do [ ! -d "$d" ] || ${measure}; done
[ -d ${jails[0] ?? ""} ] || [ -d ${jails[1] ?? ""} ] || for d in ${basePath}/.templates/*; do
[ ! -d "$d" ] || ${measure}; done; :`,
    ],
    ["artifacts", sh`stat -f %z ${appDir(app)}/releases/*/artifact 2>/dev/null; :`],
    ["inodes", sh`${nearest(basePath)}; df -i "$d" | tail -n 1`],
    ["state disk", sh`${nearest(stateDir)}; df -k "$d" | tail -n 1`],
  ];
}

/** Memory, open files, a program that the kernel ended, and the latest patches of the server's release. */
function supplySections(): Section[] {
  return [
    ["resources", sh`sysctl hw.physmem vm.swap_total kern.openfiles kern.maxfiles 2>/dev/null; :`],
    ["killed", sh`dmesg 2>/dev/null | sed -n 's/.*\(pid [0-9]* (.*), .*was killed: .*\)/\1/p' | tail -n 1`],
    ["latest", askUpdates],
  ];
}

/**
 * Asks FreeBSD's update servers for the latest patch level of the server's release, which is signed: `14.3-RELEASE 5`. Prints nothing where
 * that can't be known. From fetch_key and fetch_tag in freebsd-update.sh of freebsd-src.
 */
export const askUpdates: Command = sh`conf=/etc/freebsd-update.conf
release=$(freebsd-version -u 2>/dev/null | sed 's/-p[0-9]*$//'); machine=$(uname -m)
server=$(sed -n 's/^ServerName *//p' $conf 2>/dev/null); print=$(sed -n 's/^KeyPrint *//p' $conf 2>/dev/null)
[ -z "$server" ] || (
  work=$(mktemp -d -t alcaide) && trap 'rm -rfx "$work"' EXIT && cd "$work" || exit
  for file in pub.ssl latest.ssl; do fetch -q -T 5 "http://$server/$release/$machine/$file" || exit; done
  [ "$(sha256 -q pub.ssl)" = "$print" ] || exit
  openssl pkeyutl -pubin -inkey pub.ssl -verifyrecover -in latest.ssl |
    awk -F '|' -v m="$machine" -v r="$release" '$1 == "freebsd-update" && $2 == m && $3 == r { print r, $4 }'
) 2>/dev/null; :`;

function caddySections({ names, mirror, freebsd }: DoctorSpec): Section[] {
  const version = freebsd === undefined ? sh`$(uname -r | sed 's/-p[0-9]*$//')` : sh`${freebsd}`;
  return [
    ["caddyfile problem", checkCaddyfile()],
    ["caddy user", caddyUser],
    [
      "certificates",
      names.length === 0 ? sh`:` : sh`if command -v openssl >/dev/null; then for name in ${names}; do
end=$(timeout 10 openssl s_client -connect 127.0.0.1:443 -servername "$name" </dev/null 2>/dev/null |
openssl x509 -noout -enddate 2>/dev/null)
echo "$name \${end#notAfter=}"; done; fi`,
    ],
    [
      "mirror",
      sh`base=${mirror}; version=${version}
for url in "$base/$(uname -m)/$(uname -p)/$version/MANIFEST" "$base/MANIFEST"; do
out=$(fetch -q -T 5 -o /dev/null "$url" 2>&1) && { echo found; break; }
case $out in *'Not Found'*) ;; *) break ;; esac
done; printf '%s\n' "$out" | head -n 1`,
    ],
  ];
}
