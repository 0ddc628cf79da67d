// `./bench --vm`: the interpreter beside Lua, Python and native code on the same jobs.
#pragma once

namespace ipclab::bench {

/// Runs the four programs that benchmarks/programs has in C, Lua and Python several times in turn, and prints each
/// one's median processor time with its ratio to ours. Returns the exit status: 1 where a peer is missing or failed.
int compare_with_peers();

}  // namespace ipclab::bench
