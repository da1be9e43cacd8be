# Tab completion of mullion: the command that was typed says what can come next, or that it is the name of a file.
_mullion() {
  local reply line
  COMPREPLY=()
  reply=$("$1" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) || return 0
  [[ $reply == :files ]] && return 0
  compopt +o default 2>/dev/null
  while IFS= read -r line; do
    [[ -n $line ]] && COMPREPLY+=("${line%%$'\t'*}")
  done <<<"$reply"
}
complete -o default -F _mullion mullion
