// The scripts that make a shell complete our command lines. They ask the program itself, which knows the tasks of the
// Alcaidefile as well.

/** Shells that can be taught. */
export const shells = ["bash", "zsh", "fish"] as const;

/** One of them. */
export type Shell = typeof shells[number];

/** The word that asks the program for candidates: a line each, with a tab before what it is. */
export const completeWord = "__complete";

/** The script for a shell. */
export function completionScript(shell: Shell): string {
  return { bash, zsh, fish }[shell];
}

const bash = `# alcaide in bash: source <(alcaide completions bash)
_alcaide() {
  local IFS=$'\\n' line call='"\${COMP_WORDS[0]}"'
  # An alias is no program: its own words are run.
  [[ -n "\${BASH_ALIASES[\${COMP_WORDS[0]}]-}" ]] && call=\${BASH_ALIASES[\${COMP_WORDS[0]}]}
  COMPREPLY=()
  for line in $(eval "$call"' ${completeWord} -- "\${COMP_WORDS[@]:1:COMP_CWORD}"' 2>/dev/null </dev/null); do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done
  # Its value comes next.
  [[ \${#COMPREPLY[@]} = 1 && $COMPREPLY = *= ]] && compopt -o nospace 2>/dev/null
}
complete -o default -F _alcaide alcaide
`;

const zsh = `#compdef alcaide
# alcaide in zsh: source <(alcaide completions zsh)
_alcaide() {
  local line call='"\${words[1]}"'
  local -a found open
  # An alias is no program: its own words are run.
  (( \${+aliases[\${words[1]}]} )) && call=\${aliases[\${words[1]}]}
  for line in "\${(@f)$(eval "$call"' ${completeWord} -- "\${(@)words[2,CURRENT]}"' 2>/dev/null </dev/null)}"; do
    [[ -n $line ]] || continue
    line="\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}"
    # A value comes next.
    if [[ $line = *=:* ]]; then open+=("$line"); else found+=("$line"); fi
  done
  if (( \${#found} + \${#open} )); then _describe alcaide found -- open -S ''; else _files; fi
}
if [[ $funcstack[1] = _alcaide ]]; then _alcaide; else compdef _alcaide alcaide; fi
`;

const fish = `# alcaide in fish: alcaide completions fish | source
function __alcaide_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] ${completeWord} -- $words[2..-1] 2>/dev/null </dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c alcaide -f -a '(__alcaide_complete)'
`;
