#!/usr/bin/env zsh
# Prints what zsh would offer for a line: runs a line editor on a terminal of its own, with the completions of a folder, types
# the line and a tab, and prints every match that is added.
#
# usage: zsh -f complete.zsh FOLDER LINE

zmodload zsh/zpty || { print -r -- "this zsh has no terminals to give"; exit 77 }
inner='
PROMPT= RPROMPT=
unsetopt zle_bracketed_paste 2>/dev/null
fpath=('${(q)1}' $fpath)
autoload -Uz compinit && compinit -u -D
zstyle ":completion:*" list-grouped false
compadd() {
    local -a found
    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
        builtin compadd "$@"
        return
    fi
    builtin compadd -O found "$@"
    (( $#found )) && print -r -- "MATCH:"${^found} | tr " " "\n" >&2
    builtin compadd "$@"
}
finish() { zle complete-word; print -r -- DONE: >&2; exit }
zle -N finish
bindkey "^I" finish
print -r -- READY:
'
zpty inner zsh -f -i || { print -r -- "this zsh has no terminals to give"; exit 77 }
script=$(mktemp) || exit 2
trap 'rm -f $script' EXIT
print -r -- $inner >$script
zpty -w inner "source $script"
zpty -r -m inner line '*READY:*' || { print -r -- "the inner shell does not answer"; exit 1 }
zpty -n -w inner "$2"$'\t'
zpty -r -m inner line '*DONE:*'
print -r -- $line | tr -d '\r' | sed -n 's/.*MATCH://p' | sort -u
zpty -d inner
