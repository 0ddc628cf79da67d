// From a stopped task to the line of the program's own code that it is in: frames by the call frame
// information of ELF files (.eh_frame), lines by DWARF. Every answer about an address is kept, so that a call
// site that was seen before costs one read of the stack for each frame between the system call and the
// program.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernel/event.h"

namespace ipclab::host {

/// How to find the caller's frame from an address, by its ELF file.
struct FrameRule {
    bool known = false;
    std::uint8_t base = 7;    ///< DWARF's number: 7 rsp, 6 rbp
    std::int64_t offset = 0;  ///< of the canonical frame address from `base`
    bool saves_rbp = false;
    std::int64_t rbp_offset = 0;  ///< of the saved rbp from the canonical frame address
};

/// One row of the line table: from here to the next row.
struct LineRow {
    std::uint64_t address = 0;
    std::uint32_t file = 0;  ///< index into Module::files
    std::uint32_t line = 0;  ///< 0: the end of a sequence
};

/// An ELF file: what is asked of it, and its answers so far.
class Module {
  public:
    /// Null where the file is not an ELF file of this machine.
    static std::shared_ptr<Module> open(const std::string& path);
    ~Module();

    struct Segment {
        std::uint64_t offset = 0, address = 0, bytes = 0;
    };
    bool is_position_independent = false;
    std::uint64_t entry = 0;
    std::uint64_t main = 0;  ///< address of the function main; 0: no such symbol
    std::vector<Segment> segments;
    std::vector<std::string> files;
    std::vector<LineRow> lines;  ///< by address; empty where the file has no debugging information
    struct Range {
        std::uint64_t begin = 0, end = 0;
        std::int32_t mark = 0;
    };
    std::vector<Range> marked;  ///< functions of the C library (sim/trace/look_ups.h)

    FrameRule rule(std::uint64_t address);
    const LineRow* line(std::uint64_t address) const;

  private:
    Module() = default;
    struct Handles;
    std::unique_ptr<Handles> handles_;
};

/// The modules of a run, shared by its processes.
class Modules {
  public:
    /// By device and inode; `path` is how to open it on this side.
    std::shared_ptr<Module> get(const std::string& path);

  private:
    std::map<std::pair<dev_t, ino_t>, std::shared_ptr<Module>> modules_;
};

/// Where a system call was made.
struct CallSite {
    kernel::SourceLine source;  ///< the innermost frame that has a line in the program; line 0: none
    std::int32_t library_mark = 0;
};

/// The code that is mapped in a process, and what is known about its addresses. Shared between a process and
/// its forked children; renewed by execve.
class AddressMap {
  public:
    /// `program` is the executable, loaded with this bias.
    AddressMap(Modules& modules, std::shared_ptr<Module> program, std::uint64_t program_bias)
        : modules_(modules), program_(std::move(program)), program_bias_(program_bias) {}

    /// Of a stopped task; the source's file is an index into the program's Module::files.
    CallSite find(pid_t task, std::uint64_t ip, std::uint64_t sp);
    /// The line of a call in the program, by its return address.
    kernel::SourceLine line_of_call(pid_t task, std::uint64_t return_address) {
        return place(task, return_address - 1).source;
    }
    const std::shared_ptr<Module>& program() const { return program_; }

  private:
    struct Place {
        FrameRule rule;
        kernel::SourceLine source;
        std::int32_t library_mark = 0;
    };
    struct Mapping {
        std::uint64_t begin = 0, end = 0, bias = 0;
        std::shared_ptr<Module> module;
    };
    const Place& place(pid_t task, std::uint64_t address);
    const Mapping* mapping(pid_t task, std::uint64_t address);
    void read_mappings(pid_t task);

    Modules& modules_;
    std::shared_ptr<Module> program_;
    std::uint64_t program_bias_ = 0;
    std::vector<Mapping> mappings_;
    std::unordered_map<std::uint64_t, Place> places_;
    int reads_ = 0;
};

/// Reads the memory of a stopped task; false where not all of it is there.
bool read_memory(pid_t task, std::uint64_t address, void* to, std::size_t bytes);

}  // namespace ipclab::host
