#pragma once

namespace ipclab::bench {

/// `./bench --tracer`: how much slower a pipe ping-pong runs under our tracer than untraced, beside `strace -f` on the same
/// executable; on one CPU, and on all. 0, or 1 where something cannot be run here.
int tracer_beside_strace();

}  // namespace ipclab::bench
