// Building in a jail on the server: the jail, the source, the commands, and what is kept of it.

import { dirname } from "node:path";
import { type Secret, secret } from "../../core/secret.ts";
import { script } from "../../core/script.ts";
import { type Command, type Expression, raw, type Script, sh, word } from "../../core/sh.ts";
import { searchPath } from "./app.ts";
import { makeDirectory, writeFile } from "../../remote/files.ts";
import { type JailSpec, startJail, stopJail, writeJailFiles } from "../jail/jail.ts";
import { writeNames } from "../jail/names.ts";
import { installPackages } from "../jail/packages.ts";
import { appDir, artifactFile, buildDir, buildsDir, releaseDir, sourceFile } from "../paths.ts";
import { copyTemplate, deleteTree, type TreeSpec } from "../jail/tree.ts";
import { carryText, envText, ofSession, withVariables } from "../jail/variables.ts";

/** The user of builds, in build jails only. */
const buildUser = "build";
/** Its home, which stays from build to build; the source is below it. */
const buildHome = "/build";

/** A build jail. */
export interface BuildJailSpec {
  readonly app: string;
  readonly jail: JailSpec;
  readonly tree: TreeSpec;
  readonly template: TreeSpec;
  /** The user id of builds; no app has it. */
  readonly uid: number;
  readonly packages: readonly string[];
}

/** A build in a jail. */
export interface BuildSpec extends BuildJailSpec {
  /** Names what is built: source and configuration. */
  readonly key: string;
  /** Commands in the directory of the source. */
  readonly commands: readonly string[];
  /** Where the result lies, from the source. */
  readonly result: string;
  /** True when the result is a tarball already. */
  readonly packed: boolean;
  readonly env: Readonly<Record<string, string | Secret>>;
  readonly caches: readonly string[];
  /** Milliseconds for all commands together. */
  readonly timeout: number;
  /** Number of the lock: an orphan of an older one ends without touching the jail. */
  readonly fence: number;
}

/** Makes the directory for what belongs to a build. */
export function makeBuildDirectory(app: string): Command {
  return makeDirectory(buildDir(app), 0o700);
}

/**
 * Builds in the jail, which is made when it lacks something, and stopped afterwards. Standard error gets lines for the program:
 * `failed N STATUS`, `missing`, at last `built SIZE SHA256`.
 */
export function buildInJail(spec: BuildSpec): Script {
  const { app, jail } = spec;
  const work = script(
    ensureBuildJail(spec),
    unpackSource(spec),
    variables(spec.env),
    sh`deadline=$(( $(date +%s) + ${Math.ceil(spec.timeout / 1000)} ))`,
    ...spec.commands.map((text, index) => runCommand(jail.name, text, index + 1)),
    keepResult(spec),
  );
  // An overtaken deploy must not stop the jail that this one builds in.
  return script(
    sh`( ${work}
)
status=$?
rm -f ${sourceFile(app)}
if [ "$(cat ${`${appDir(app)}/fence`} 2>/dev/null)" = ${String(spec.fence)} ]; then
${stopJail(jail)}
fi
exit "$status"`,
  );
}

/** Ends a build that was cut off: whatever still runs in its jail. */
export function stopBuild({ app, jail }: Pick<BuildSpec, "app" | "jail">): Command {
  // The script that was cut off stops the jail, too, at the same moment.
  return sh`rm -f ${sourceFile(app)}
for try in 1 2 3; do
  ( ${stopJail(jail)}
  ) && exit 0
  sleep 1
done
exit 1`;
}

/** Takes away the build jail with all that it keeps from build to build. */
export function removeBuildJail(spec: Pick<BuildJailSpec, "app" | "jail" | "tree">): Script {
  return script(stopJail(spec.jail), deleteTree(spec.tree), sh`rm -f ${`${buildDir(spec.app)}/jail`}`);
}

/** Gives a release what was built: the same file under another name, where the disk allows. */
export function adoptBuild(app: string, key: string, release: string): Script {
  const built = `${buildsDir(app)}/${key}`;
  const artifact = artifactFile(app, release);
  return script(
    sh`touch ${built} && mkdir -p ${releaseDir(app, release)}`,
    sh`ln -f ${`${built}/artifact`} ${artifact} 2>/dev/null || cp ${`${built}/artifact`} ${artifact}`,
  );
}

/** Writes down what a file that came from another server is; it counts from now on. */
export function acceptBuild(app: string, key: string, size: number, sha256: string): Command {
  const place = `${buildsDir(app)}/${key}`;
  return writeFile(`${place}/digest`, `${size} ${sha256}\n`, { mode: 0o600 });
}

/** Makes the place for what comes from another server. */
export function makeBuilt(app: string, key: string): Script {
  return script(makeDirectory(buildsDir(app), 0o700), makeDirectory(`${buildsDir(app)}/${key}`, 0o700));
}

/** Forgets what was built longest ago, beyond a number to keep. */
export function pruneBuilds(app: string, keep: number): Command {
  // Beside them lies what was cut off while it was packed.
  return sh`if cd ${buildsDir(app)} 2>/dev/null; then
  rm -rfx ./.*.new
  ls -1t | tail -n +${keep + 1} | while read -r old; do rm -rfx "./$old"; done
fi`;
}

/** Prints what was built, as `APP KEY SIZE SHA256`. */
export function listBuilds(apps: string): Command {
  return sh`cd ${apps} 2>/dev/null && for f in */builds/*/digest; do [ -f "$f" ] || continue
app=\${f%%/*}; key=\${f%/digest}; digest=; read -r digest <"$f"; echo "$app \${key##*/} $digest"; done; :`;
}

/** A jail of another version or with other packages is made anew: nothing of them is left to be found by accident. */
function ensureBuildJail(spec: BuildJailSpec): Script {
  const { app, jail, tree, template, uid, packages } = spec;
  const record = `${buildDir(app)}/jail`;
  const wanted = [template.name, ...packages].join(" ");
  const make = script(
    sh`echo ${`Make the build jail ${jail.name} with ${packages.join(", ") || "no packages"}`}
rm -f ${record}`,
    deleteTree(tree),
    copyTemplate(template, tree),
    sh`pw -R ${tree.path} useradd ${buildUser} -u ${uid} -d ${buildHome} -s /bin/sh -w no -c alcaide`,
    sh`install -d -o ${uid} -g ${uid} -m 0755 ${`${tree.path}${buildHome}`}`,
    ...packages.length === 0 ? [] : [installPackages(tree.path, packages)],
    sh`echo ${wanted} >${record}`,
  );
  return script(
    stopJail(jail),
    sh`if [ "$(cat ${record} 2>/dev/null)" != ${wanted} ] || [ ! -d ${tree.path} ]; then
${make}
fi`,
    writeNames(jail),
    writeJailFiles(jail),
    startJail(jail),
  );
}

/** Everything that a build has written is read inside its jail: a link that it made leads nowhere else. */
function unpackSource({ app, jail, caches, result }: BuildSpec): Command {
  const keep = caches.map((cache) =>
    sh`if [ -e ${`source/${cache}`} ] && [ ! -e ${`source.new/${cache}`} ]; then
  mkdir -p ${dirname(`source.new/${cache}`)} && mv ${`source/${cache}`} ${`source.new/${cache}`}
fi`
  );
  const inside = script(
    sh`cd ${buildHome} && ${remove("source.new")} && mkdir source.new && tar -xzf - -C source.new`,
    ...keep,
    sh`${remove("source")} && mv source.new source`,
    // Of the build before: everything else is fresh.
    ...caches.some((cache) => result.startsWith(`${cache}/`)) ? [remove(`source/${result}`)] : [],
  );
  return sh`PATH=${searchPath}; HOME=${buildHome}; LANG=C.UTF-8; export PATH HOME LANG
jexec -U ${buildUser} ${jail.name} /bin/sh -c ${word(inside)} <${sourceFile(app)}`;
}

/** Some tools leave directories that can't be written. */
function remove(path: string): Expression {
  return sh`{ rm -rfx ${path} 2>/dev/null || { chmod -R u+w ${path}; rm -rfx ${path}; }; }`;
}

function variables(env: BuildSpec["env"]): Script {
  const all = {
    PATH: searchPath,
    HOME: buildHome,
    USER: buildUser,
    LOGNAME: buildUser,
    SHELL: "/bin/sh",
    LANG: "C.UTF-8",
    ...env,
  };
  return script(
    sh`unset ${ofSession} TERM`,
    carryText(secret(envText(all))),
  );
}

function runCommand(jail: string, text: string, number: number): Command {
  const inside = withVariables(`${buildHome}/source`, raw(text));
  // Else timeout waits also for a daemon that the command leaves, as Gradle does, until the time is over; the jail's end ends that.
  return sh`echo ${`+ ${text}`}
left=$(( deadline - $(date +%s) )); [ "$left" -gt 0 ] || left=1
timeout --foreground -k 10 "$left" jexec -U ${buildUser} ${jail} /bin/sh -c ${word(inside)} </dev/null 2>&1
status=$?
if [ "$status" -ne 0 ]; then echo ${`failed ${number}`} "$status" >&2; exit 1; fi`;
}

function keepResult({ app, key, jail, result, packed }: BuildSpec): Script {
  const place = buildsDir(app);
  const beside = `${place}/.${key}.new`;
  const from = result === "." ? `${buildHome}/source` : `${buildHome}/source/${result}`;
  const inside = packed ? sh`exec cat ${from}` : sh`cd ${from} && exec tar -czf - .`;
  return script(
    sh`if ! jexec -U ${buildUser} ${jail.name} /bin/sh -c ${
      word(sh`[ ${raw(packed ? "-f" : "-d")} ${from} ]`)
    }; then
  echo missing >&2; exit 1
fi`,
    sh`mkdir -p ${place} && chmod 700 ${place} && rm -rfx ${beside} && mkdir -m 700 ${beside}`,
    sh`umask 077
jexec -U ${buildUser} ${jail.name} /bin/sh -c ${
      word(inside)
    } >${`${beside}/artifact`} || { rm -rfx ${beside}; exit 1; }
[ -s ${`${beside}/artifact`} ] || { rm -rfx ${beside}; echo ${`Nothing was packed of ${from}`} >&2; exit 1; }`,
    sh`echo "$(stat -f %z ${`${beside}/artifact`}) $(sha256 -q ${`${beside}/artifact`})" >${`${beside}/digest`}`,
    sh`rm -rfx ${`${place}/${key}`} && mv ${beside} ${`${place}/${key}`}`,
    sh`echo built "$(cat ${`${place}/${key}/digest`})" >&2`,
  );
}
