#!/bin/sh
# Draws the window off the screen: a picture shows something, shows something else elsewhere in the run, and is the same
# every time. Usage: pictures.sh IPCLAB-VIEW. Status 77 where this machine has no OpenGL to draw with.
set -eu
view=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
draw() { # name, then options
    name=$1
    shift
    "$view" 02-full-pipe --no-real --size 640x480 --screenshot "$folder/$name.png" "$@" 2>"$folder/messages"
}
if ! draw first --lesson-step 1; then
    cat "$folder/messages" >&2
    grep -Eq 'OpenGL|SDL|window' "$folder/messages" && exit 77
    exit 1
fi
draw again --lesson-step 1
draw start --at start
draw dark --lesson-step 1 --theme dark
fail() {
    echo "pictures: $1" >&2
    exit 1
}
[ "$(wc -c <"$folder/first.png")" -gt 10000 ] || fail 'the picture is nearly empty'
cmp -s "$folder/first.png" "$folder/again.png" || fail 'two pictures of the same moment differ'
! cmp -s "$folder/first.png" "$folder/start.png" || fail 'the start looks as a later moment does'
! cmp -s "$folder/first.png" "$folder/dark.png" || fail 'dark looks as light does'
