#compdef mullion
# Tab completion of mullion: the command that was typed says what can come next, or that it is the name of a file.
_mullion() {
  local -a replies described
  local line
  replies=("${(@f)$("${words[1]}" complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ ${replies[1]} == :files ]]; then
    compset -P '--*='
    _files
    return
  fi
  for line in "${(@)replies}"; do
    [[ -n $line ]] && described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  _describe -t values 'mullion' described
}
if [[ ${funcstack[1]} == _mullion ]]; then
  _mullion "$@"
else
  compdef _mullion mullion
fi
