// `./bench --explore`: the explorer beside SPIN on the same programs.
#pragma once

#include <string>

namespace ipclab::bench {

/// For each program of benchmarks/explore: `ipclab explore` on the C file, and SPIN (spin -a, gcc -O2, ./pan) on the
/// Promela model beside it; processor time from source to answer, states, transitions, memory, and whether both have the
/// same outcomes. Rows whose name contains `filter`. Returns the exit status: 1 where something did not run or the
/// outcomes differ.
int explore_beside_spin(const std::string& filter);

}  // namespace ipclab::bench
