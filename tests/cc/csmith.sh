#!/bin/sh
# Random programs (csmith) print the same checksum from the simulator as from gcc's build.
#   csmith.sh IPCLAB [COUNT [FIRST_SEED]]       without a first seed: one of today's, which is printed
# tests/cc/csmith.sh build/release/ipclab 1000 takes an hour; interrupted, it says how far it came.
set -eu
ipclab=$(realpath "$1")
count=${2:-30}
first=${3:-$(( $(date +%s) % 1000000000 ))}
command -v csmith >/dev/null || { echo "csmith is not installed"; exit 77; }
include=$(echo /usr/include/csmith*)
folder=$(mktemp -d)
report() {
    rm -rf "$folder"
    echo "$same the same, $refused refused, $slow too slow (gcc's program 5 s, ours 60 s), $different different"
    [ $different -eq 0 ]
}
same=0 slow=0 refused=0 different=0
trap 'report || exit 1' EXIT
trap exit INT TERM
cp "$include"/*.h "$folder"  # found beside the program
cd "$folder"  # csmith leaves a file where it is
echo "seeds $first to $((first + count - 1))"

seed=$first
while [ $seed -lt $((first + count)) ]; do
    program=$folder/program.c
    csmith --seed $seed --no-argc --no-packed-struct --no-builtins --max-funcs 5 --output "$program"
    seed=$((seed + 1))
    gcc -w -O0 "$program" -o "$folder/native"
    expected=$(timeout 5 "$folder/native") || { slow=$((slow + 1)); continue; }
    status=0
    found=$(timeout 60 "$ipclab" run -w --max-instructions 1000000000000 "$program" 2>"$folder/errors") || status=$?
    if [ $status -eq 124 ]; then
        slow=$((slow + 1))
    elif [ "$found" = "$expected" ]; then
        same=$((same + 1))
    elif grep -q "does not support" "$folder/errors"; then
        refused=$((refused + 1))
        grep -m 1 "does not support" "$folder/errors"
    else
        different=$((different + 1))
        echo "seed $((seed - 1)): gcc's program prints '$expected', ours '$found'"
        head -3 "$folder/errors"
    fi
done
