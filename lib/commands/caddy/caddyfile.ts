// Caddy: the admin's Caddyfile, putting sites in force, and asking what is served.

import { script } from "../../core/script.ts";
import { isSecret, type Secret, secret } from "../../core/secret.ts";
import { type Command, type Expression, type Script, sh } from "../../core/sh.ts";
import { asks, findAsk } from "./ask.ts";
import { reloadCaddy } from "./service.ts";
import { shareDomains } from "./shared.ts";
import { siteMark } from "./site.ts";
import { adapt, inUse, validate } from "./validate.ts";
import { ownCertificates, removeOwn } from "../own_files.ts";
import { makeDirectory, writeFile } from "../../remote/files.ts";
import { linkLive, type Marker, markerName, pausePage } from "../live.ts";
import {
  answersLog,
  caddyfile,
  liveDir,
  probeHost,
  probePort,
  sharedFile,
  siteFile,
  sitesDir,
} from "../paths.ts";

/** The line of the admin's Caddyfile that brings in our site files. */
export const importLine = "import conf.d/alcaide/*.caddy";

/** The same as a basic regular expression, with blanks around it allowed. */
export const importPattern = `[[:space:]]*${importLine.replaceAll("*", "\\*")}[[:space:]]*`;

/** Tells whether a Caddyfile brings in our site files. The blanks are those of grep: it looks again on the server. */
export function hasImport(text: string): boolean {
  return text.split("\n").some((line) =>
    /^[ \t\v\f\r]*import conf\.d\/alcaide\/\*\.caddy[ \t\v\f\r]*$/.test(line)
  );
}

/**
 * Adds our import line to the admin's Caddyfile unless it is there: at the top, but after a block of global options. At
 * the end it could become part of a last site without braces. Caddy validates the new text before it gets its name.
 */
export function addImport(): Script {
  return script(
    makeDirectory(sitesDir),
    sh`[ -e ${caddyfile} ] || { mkdir -p /usr/local/etc/caddy && : >${caddyfile}; }`,
    sh`if ! grep -q -x ${importPattern} ${caddyfile}; then
${
      changeCaddyfile(
        sh`awk -v line=${importLine} ${insertAfterOptions}`,
        sh`cp -p ${caddyfile} ${`${caddyfile}.before-alcaide`}`,
      )
    }
fi`,
  );
}

/** Gives the admin's Caddyfile the text that a program makes of it; Caddy validates that before it gets its name. */
export function changeCaddyfile(program: Command, ...before: readonly Command[]): Script {
  const beside = `${caddyfile}.alcaide-check`;
  return script(
    sh`cp -p ${caddyfile} ${beside} && ${program} ${caddyfile} >${beside}`,
    sh`out=$(${validate(beside)} 2>&1) || case $out in ${inUse}) ;; *)
printf '%s\n' "$out" | tail -n 5 >&2; rm -f ${beside}; exit 1 ;; esac`,
    ...before,
    sh`mv -f ${beside} ${caddyfile}`,
  );
}

/** For awk: copies a Caddyfile and puts `line` before its first word, or after its block of global options. */
const insertAfterOptions = `
done { print; next }
!inside && /^[ \t]*(#.*)?$/ { print; next }
!inside && $1 != "{" { print line; print; done = 1; next }
{
  inside = 1; print
  for (i = 1; i <= NF; i++) { if ($i ~ /^#/) break; if ($i == "{") depth++; if ($i == "}") depth-- }
  if (depth == 0) { print line; done = 1 }
}
END { if (!done) print line }`;

/**
 * Puts a site file in force, after Caddy validated it with all others. The file before comes back when Caddy refuses it. The
 * shared domains are made anew where the app has, or had, a part of one.
 */
export function applySite(app: string, text: string | Secret, { shared = false } = {}): Script {
  const file = siteFile(app);
  const share = (without?: string) => shared ? [shareDomains(sitesDir, without)] : [];
  const back =
    sh`if [ -f ${`${file}.before`} ]; then mv -f ${`${file}.before`} ${file}; else rm -f ${file}; fi`;
  return script(
    makeDirectory(sitesDir),
    checkSites(app, text, shared, validate),
    sh`[ ! -f ${file} ] || cp -p ${file} ${`${file}.before`}`,
    linkLive(app),
    ...share(app),
    writeFile(file, text),
    ...share(),
    sh`out=$(service caddy reload 2>&1); status=$?
case $out in *"Cannot 'reload'"*) status=1 ;; esac
if [ "$status" -ne 0 ]; then
  ${shared ? sh`${shareDomains(sitesDir, app)}; ${back}; ${shareDomains(sitesDir)}` : back}
  printf '%s\n' "$out" | tail -n 12 >&2; exit 1
fi`,
    sh`rm -f ${`${file}.before`}`,
  );
}

/** Looks whether Caddy can read a site file with all others. Nothing changes: certificates that the site names may be still to come. */
export function trySite(app: string, text: string | Secret, { shared = false } = {}): Script {
  return script(makeDirectory(sitesDir), checkSites(app, text, shared, adapt));
}

/** Takes the app's site out of service, with its certificates. A file without the app's mark is left alone. */
export function removeSite(app: string): Script {
  const [file, log] = [siteFile(app), answersLog(app)];
  return script(
    sh`if [ -e ${file} ] && ! grep -q -x ${siteMark(app)} ${file}; then
  echo ${`${file} has no mark of ours, so it is left alone`} >&2; exit 1
fi`,
    sh`if [ -e ${sharedFile} ]; then ${shareDomains(sitesDir, app)}; fi`,
    sh`rm -f ${[file, `${file}.before`, `${file}.new`]}`,
    reloadCaddy,
    removeOwn(ownCertificates(app)),
    sh`rm -f ${log} ${log.replace(/\.log$/, "")}-*`,
  );
}

/** A request of ours through Caddy. */
export interface ThroughCaddy {
  readonly app: string;
  readonly token: string;
  /** The path to ask the app for. */
  readonly path: string;
  /** The public name to ask for on port 80 as well; only for sites without TLS. */
  readonly publicHost?: string | undefined;
  /** The path to ask for there, when it is another. */
  readonly publicPath?: string | undefined;
}

/**
 * Asks through Caddy until it names the release, for at most 10 seconds, and prints what the last answers were:
 * `live STATUS MARKER` and the same for `app` and `public`. Ends with status 1 when one of them isn't the release's.
 */
export function verifySite(through: ThroughCaddy, live: Marker): Command {
  const { app, token, path, publicHost, publicPath = path } = through;
  const host = probeHost(app);
  const marker = `/${markerName(live)}`;
  return sh`${askFunction(token)}
for try in 1 2 3 4 5 6 7 8 9 10; do
  live=$(ask ${probePort} ${host} /.alcaide/live); app=$(ask ${probePort} ${host} ${path}); public=$app
  ${publicHost === undefined ? sh`:` : sh`public=$(ask 80 ${publicHost} ${publicPath})`}
  if [ "\${live#* }" = ${marker} ] && [ "\${app#* }" = ${marker} ] && [ "\${public#* }" = ${marker} ]; then
    case $app in 502* | 503* | 504*) ;; *) echo "app $app"; exit 0 ;; esac
  fi
  sleep 1
done
echo "live $live"; echo "app $app"; echo "public $public"
exit 1`;
}

/** Prints the status that the app answers with through Caddy, or nothing; behind it `:paused` while a page stands in for it. */
export function askHealth(app: string, token: string, path: string): Command {
  return sh`${askFunction(token)}
answer=$(ask ${probePort} ${probeHost(app)} ${path}); page=
[ -e ${`${liveDir(app)}/${pausePage}`} ] && page=:paused
echo "\${answer%% *}$page"`;
}

/** Defines `ask PORT HOST PATH`, which asks Caddy and prints status and release. In a locale tr ends at a byte that is no character. */
function askFunction(token: string): Command {
  return sh`ask() {
  printf 'GET %s HTTP/1.1\r\nHost: %s\r\nX-Alcaide-Probe: %s\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n' "$3" "$2" ${
    secret(token)
  } |
  nc -w 10 127.0.0.1 "$1" 2>/dev/null | head -c 4000 | LC_ALL=C tr -d '\000\r' | awk '
    NR == 1 { status = $2 }
    /^$/ { exit }
    tolower($1) == "x-alcaide-release:" { id = $2 }
    END { print status, id }'
}`;
}

/** A look at the names that need a certificate. */
export interface OverTls {
  /** The names to ask for. */
  readonly names: readonly string[];
  /** The path to ask for. */
  readonly path: string;
}

/** Asks for each name over TLS for at most 10 seconds, and prints those that don't answer. No certificate needs to be trusted. */
export function askTls({ names, path }: OverTls): Command {
  return sh`command -v openssl >/dev/null || exit 0
answers() {
  printf 'HEAD %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' ${path} "$1" |
  timeout 10 openssl s_client -quiet -connect 127.0.0.1:443 -servername "$1" 2>/dev/null | grep -q '^HTTP/1'
}
for try in 1 2 3 4 5 6 7 8 9 10; do
  silent=
  for name in ${names}; do answers "$name" || silent="$silent $name"; done
  [ -z "$silent" ] && break
  sleep 1
done
echo $silent`;
}

/** The configuration as it would be with the new site file, in a directory of its own. */
function checkSites(
  app: string,
  text: string | Secret,
  shared: boolean,
  look: (file: string) => Expression,
): Script {
  const check = `${sitesDir}/.check`;
  const main = `${caddyfile}.alcaide-check`;
  return script(
    sh`rm -rfx ${check}; mkdir ${check}`,
    sh`trap ${`rm -rfx ${check} ${main}`} EXIT
for f in ${sitesDir}/*.caddy; do [ ! -f "$f" ] || cp "$f" ${check}/ || exit; done`,
    writeFile(`${check}/${app}.caddy`, text),
    ...shared ? [shareDomains(check)] : [],
    ...asks(isSecret(text) ? text.reveal() : text)
      ? [sh`${findAsk} || { echo ${`${caddyfile} lacks the lines: on_demand_tls`} >&2; exit 1; }`]
      : [],
    sh`grep -q -x ${importPattern} ${caddyfile} || { echo ${`${caddyfile} lacks the line: ${importLine}`} >&2; exit 1; }`,
    sh`cp -p ${caddyfile} ${main} && sed ${`s|^${importPattern}$|import conf.d/alcaide/.check/*.caddy|`} ${caddyfile} >${main}`,
    sh`out=$(${look(main)} 2>&1) || case $out in ${inUse}) ;; *)
printf '%s\n' "$out" | grep -i -E 'error|adapt' | tail -n 5 >&2; exit 1 ;; esac`,
  );
}
