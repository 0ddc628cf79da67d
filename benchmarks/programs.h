// The C programs that are measured: the files of benchmarks/programs.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sim/engine/machine.h"
#include "sim/host/build.h"
#include "sim/vm/program.h"

namespace ipclab::bench {

/// benchmarks/programs/NAME.c, compiled by our own compiler; ends the benchmark program with the diagnostics where that fails.
std::shared_ptr<const vm::Program> compiled(const std::string& name);

/// benchmarks/programs/exchange.c for the system's compiler.
host::BuildRequest exchange_for_real();
/// What that program prints: nanoseconds of one exchange; nothing where it has printed something else.
std::optional<double> printed_ns(const std::string& output);

/// A machine that stands before the program's first instruction.
engine::Machine machine_of(const std::string& name);

}  // namespace ipclab::bench
