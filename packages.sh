# Sourced by ./run, ./test and ./bench: the Debian and Ubuntu packages that each needs, and how they are installed.

BUILD_PACKAGES="g++ cmake ninja-build pkg-config ccache libsdl2-dev libimgui-dev libcli11-dev libfmt-dev
  nlohmann-json3-dev libtomlplusplus-dev libmd4c-dev libdw-dev libelf-dev libseccomp-dev libstb-dev libgl-dev doctest-dev
  libbenchmark-dev libxxhash-dev"
RUN_PACKAGES="gcc libc6-dev bubblewrap fonts-inter fonts-jetbrains-mono libgl1-mesa-dri libegl1"
TEST_PACKAGES="manpages-dev strace csmith libcsmith-dev dbus libglib2.0-bin systemd rpcbind"
BENCH_PACKAGES="lua5.4 python3-minimal spin strace"

# need PACKAGE...: installs those that are missing, and says so first. Asks for sudo where we are not root.
need() {
    missing=""
    installed=" $(dpkg-query -W -f '${Package}:${db:Status-Status} ' "$@" 2>/dev/null) "
    for package in "$@"; do
        case $installed in *" $package:installed "*) ;; *) missing="$missing $package" ;; esac
    done
    [ -z "$missing" ] && return 0
    echo "ipclab needs these packages:$missing"
    command -v apt-get >/dev/null || { echo "There is no apt-get here: install them by hand, then start again." >&2; return 1; }
    sudo=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "Become root and run: apt-get install$missing" >&2; return 1; }
        sudo=sudo
        echo "Installing them with sudo apt-get; it may ask for your password."
    fi
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >/dev/null 2>&1 ||
        { $sudo apt-get update -q >/dev/null &&
          $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >/dev/null; } ||
        { echo "apt-get could not install:$missing" >&2; return 1; }
}

# build PRESET [TARGET...]: configures where needed and builds; quiet unless something goes wrong.
build() {
    preset=$1
    shift
    [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset" >/dev/null || return 1
    cmake --build --preset "$preset" ${1:+--target "$@"} >"build/$preset/build.log" 2>&1 ||
        { cat "build/$preset/build.log" >&2; return 1; }
}
