// The C programs that are measured: the files of benchmarks/programs, compiled by our own compiler.
#pragma once

#include <memory>
#include <string>

#include "sim/engine/machine.h"
#include "sim/vm/program.h"

namespace ipclab::bench {

/// Compiles benchmarks/programs/NAME.c; ends the benchmark program with the diagnostics where that fails.
std::shared_ptr<const vm::Program> compiled(const std::string& name);

/// A machine that stands before the program's first instruction.
engine::Machine machine_of(const std::string& name);

}  // namespace ipclab::bench
