#!/bin/sh
# build.sh LIBC_DIR OUT_DIR: compiles the C library with the system's compiler into OUT_DIR/libtoy.a, with what stands
# in for the toy compiler's builtins. Then `cc @OUT_DIR/flags PROGRAM.c -o PROGRAM @OUT_DIR/link` makes a program.
set -e
here=$(cd "$(dirname "$0")" && pwd) libc=$(cd "$1" && pwd)
mkdir -p "$2/o" && out=$(cd "$2" && pwd)
cc -w -O1 -shared -fPIC -o "$out/libbuiltins.so" "$here/builtins.c" -lm
printf '%s\n' -std=gnu11 -O1 -g -nostdinc -ffreestanding -fno-builtin -fno-stack-protector -fno-pie \
    -U_FORTIFY_SOURCE -fvisibility=hidden -include "$here/builtins.h" "-I$libc/include" > "$out/flags"
printf '%s\n' -no-pie -nostdlib -Wl,-e,native_start "$out/start.o" "$out/libtoy.a" "$out/libbuiltins.so" \
    "-Wl,-rpath,$out" > "$out/link"
cc @"$out/flags" -c "$here/start.c" -o "$out/start.o"
rm -f "$out/libtoy.a"
cd "$libc/src"
find . -name '*.c' | sort | while read -r source; do
    object=$out/o/$(echo "${source#./}" | tr / -).o
    printf '%s\n%s\n' "$source" "$object"
done | xargs -P 2 -n 2 sh -c 'cc @"$0/flags" ${CFLAGS:--w} -c "$1" -o "$2" || exit 255' "$out"
ar rcs "$out/libtoy.a" "$out"/o/*.o
