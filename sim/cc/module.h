// One compiled translation unit with its symbols unresolved: what the generator makes and link() puts together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/cc/source.h"
#include "sim/vm/program.h"

namespace ipclab::cc {

/// A place that needs a symbol's final value.
struct Relocation {
    enum class Kind : std::uint8_t {
        call,     ///< instruction `at`: its b becomes the function's index
        address,  ///< instruction `at`: its 32-bit immediate becomes the address + addend
        data,     ///< eight bytes at `at` of a data object: likewise
    };
    Kind kind = Kind::call;
    std::uint32_t at = 0;
    std::uint32_t symbol = 0;  ///< index into Module::symbols
    std::int64_t addend = 0;
};

struct Symbol {
    enum class Kind : std::uint8_t { undefined, function, data };
    std::string name;  ///< empty: nobody outside can ask for it
    Kind kind = Kind::undefined;
    bool is_local = false;  ///< static: visible in this unit only
    bool is_weak = false;
    std::uint32_t index = 0;  ///< into Module::functions or Module::data
    Span span;                ///< of the definition, or of the first use
};

struct CompiledFunction {
    vm::Function code;
    std::vector<Relocation> relocations;
};

struct DataObject {
    std::vector<std::uint8_t> bytes;  ///< initial ones; zeroes follow up to `size`
    std::uint64_t size = 0;
    std::uint32_t align = 1;
    bool is_read_only = false;
    bool is_thread_local = false;
    bool is_guarded = false;  ///< followed by bytes where nothing lives, so that running out of it is seen
    std::string shown_name;   ///< as a variable in the window; empty: not shown
    std::uint32_t type = 0;   ///< index into Module::types
    std::uint32_t line = 0;
    std::vector<Relocation> relocations;
};

/// A function that runs before main, or after exit()'s functions.
struct StartupFunction {
    int priority = 65535;
    std::uint32_t symbol = 0;
};

struct Module {
    std::vector<CompiledFunction> functions;
    std::vector<DataObject> data;
    std::vector<Symbol> symbols;
    std::vector<std::uint64_t> constants;
    std::vector<vm::TypeInfo> types;
    std::vector<StartupFunction> constructors, destructors;
    bool is_library = false;
};

/// Makes one program of the units; the first `own` are the user's, whose definitions win over the library's. Undefined
/// and doubly defined names are reported to the session; null then.
std::shared_ptr<const vm::Program> link(Session& session, const std::string& name,
                                        std::vector<Module>& modules);

/// Names that are used and defined in none of the units, without the linker's own.
std::vector<std::string> undefined_names(const std::vector<Module>& modules);

}  // namespace ipclab::cc
