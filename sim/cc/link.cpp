// Units to one program: who means whom, where everything lies, and the addresses filled in.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <unordered_map>

#include "kernel/syscalls.h"
#include "sim/cc/module.h"
#include "sim/cc/spell.h"
#include "sim/libc/embedded.h"

namespace ipclab::cc {

namespace {

constexpr std::uint64_t kPage = 4096, kGuardBytes = 16;
// Tables of functions, as GNU ld's: exit() goes through the second one backwards.
constexpr std::string_view kInitBegin = "__init_array_start", kInitEnd = "__init_array_end";
constexpr std::string_view kFiniBegin = "__fini_array_start", kFiniEnd = "__fini_array_end";

std::uint64_t align_up(std::uint64_t at, std::uint64_t align) {
    return (at + align - 1) / align * align;
}

bool is_linkers_own(std::string_view name) {
    return name == kInitBegin || name == kInitEnd || name == kFiniBegin || name == kFiniEnd;
}

struct Definition {
    std::uint32_t module = 0, symbol = 0;
};

class Linker {
  public:
    Linker(Session& session, std::vector<Module>& modules) : session_(session), modules_(modules) {}

    std::shared_ptr<const vm::Program> link(const std::string& name) {
        const int errors = session_.errors();
        program_->name = name;
        define_all();
        number_functions();
        lay_out_data();
        if (session_.errors() != errors) return nullptr;
        for (std::uint32_t m = 0; m < modules_.size(); ++m) take_module(m);
        fill_table(init_begin_, &Module::constructors);
        fill_table(fini_begin_, &Module::destructors);
        const auto start = definitions_.find("_start");
        if (session_.errors() != errors || start == definitions_.end()) return nullptr;
        program_->entry = function_index(start->second);
        for (std::uint16_t id = 0; id < session_.file_count(); ++id) {
            File& file = session_.file(id);
            program_->files.push_back({file.name, file.text, file.is_library});
        }
        return program_;
    }

  private:
    const Symbol& symbol(Definition d) const { return modules_[d.module].symbols[d.symbol]; }
    std::uint32_t function_index(Definition d) const { return first_function_[d.module] + symbol(d).index; }

    void define_all() {
        for (std::uint32_t m = 0; m < modules_.size(); ++m)
            for (std::uint32_t s = 0; s < modules_[m].symbols.size(); ++s) {
                const Symbol& one = modules_[m].symbols[s];
                if (one.kind == Symbol::Kind::undefined || one.is_local) continue;
                const auto [place, added] = definitions_.try_emplace(one.name, Definition{m, s});
                if (added) continue;
                const Symbol& other = symbol(place->second);
                if (modules_[m].is_library || one.is_weak)
                    continue;  // the first, strong, or user's own one wins
                if (other.is_weak) {
                    place->second = {m, s};
                    continue;
                }
                session_.error(one.span, fmt::format("'{}' is defined twice in this program", one.name));
                session_.note(other.span, "it is defined here as well");
            }
    }

    void number_functions() {
        std::size_t count = 0;
        for (const Module& module : modules_) {
            first_function_.push_back(static_cast<std::uint32_t>(count));
            count += module.functions.size();
        }
        if (count > std::numeric_limits<std::uint16_t>::max())
            session_.fatal({}, "the program has too many functions");
        program_->data_base = align_up(vm::kCodeBase + vm::kCodeStride * count, kPage);
    }

    /// Read-only objects with the tables of constructors and destructors, then, from a page of their own on, initialised ones, then those
    /// of zeroes.
    void lay_out_data() {
        std::uint64_t at = program_->data_base;
        init_begin_ = at;
        for (const Module& module : modules_) at += 8 * module.constructors.size();
        init_end_ = fini_begin_ = at;
        for (const Module& module : modules_) at += 8 * module.destructors.size();
        fini_end_ = at;
        addresses_.resize(modules_.size());
        for (std::size_t m = 0; m < modules_.size(); ++m) addresses_[m].resize(modules_[m].data.size());
        place_all(at, [](const DataObject& d) { return d.is_read_only; });
        at = align_up(at, kPage);
        program_->read_only_bytes = at - program_->data_base;
        // What every thread has a copy of lies together, in order that it can be copied in one piece.
        at = align_up(at, vm::kThreadLocalAlign);
        program_->thread_local_begin = at;
        place_all(at, [](const DataObject& d) { return d.is_thread_local; });
        program_->thread_local_bytes = at - program_->thread_local_begin;
        place_all(at, [](const DataObject& d) {
            return !d.is_read_only && !d.is_thread_local && !d.bytes.empty();
        });
        const std::uint64_t initialised = at - program_->data_base;
        place_all(
            at, [](const DataObject& d) { return !d.is_read_only && !d.is_thread_local && d.bytes.empty(); });
        program_->data_bytes = at - program_->data_base;
        if (program_->data_bytes > kMaxStaticBytes)
            session_.fatal({}, "the program's global variables are too large together: the limit is 1 GiB");
        program_->data.resize(std::max(initialised, program_->read_only_bytes));
        program_->data_bytes = std::max<std::uint64_t>(program_->data_bytes, program_->data.size());
    }

    template <typename Predicate>
    void place_all(std::uint64_t& at, Predicate belongs) {
        for (std::size_t m = 0; m < modules_.size(); ++m)
            for (std::size_t d = 0; d < modules_[m].data.size(); ++d) {
                const DataObject& object = modules_[m].data[d];
                if (!belongs(object)) continue;
                at = align_up(at, object.align);
                addresses_[m][d] = at;
                // At least one byte: two objects never share an address.
                at += std::min(std::max<std::uint64_t>(object.size, 1), kMaxObjectBytes);
                if (object.is_guarded) {
                    program_->guards.push_back({at, kGuardBytes});
                    at += kGuardBytes;
                }
            }
    }

    /// What a unit means by one of its symbols; nothing where it is undefined, which is reported.
    const Definition* resolve(Definition from) {
        const Symbol& asked = symbol(from);
        if (asked.kind != Symbol::Kind::undefined && asked.is_local) {
            resolved_ = from;
            return &resolved_;
        }
        const auto found = definitions_.find(asked.name);
        if (found != definitions_.end()) return &found->second;
        if (!asked.is_weak) undefined(asked);
        return nullptr;
    }

    void undefined(const Symbol& asked) {
        if (std::find(reported_.begin(), reported_.end(), asked.name) != reported_.end()) return;
        reported_.push_back(asked.name);
        Speller speller(asked.name);
        for (const Module& module : modules_)
            for (const Symbol& each : module.symbols)
                if (!module.is_library && each.kind != Symbol::Kind::undefined && !each.is_local)
                    speller.offer(each.name);
        const std::string near(speller.best());
        if (asked.name == "main") {
            session_.error({}, fmt::format("the program has no function 'main', where it would begin{}",
                                           speller.suggestion()));
            return;
        }
        if (kernel::syscall_spec(asked.name)) {
            session_.error(asked.span,
                           fmt::format("'{0}' is a system call for which the C library has no function, as glibc "
                                       "has none: call it by syscall(SYS_{0}, ...)",
                                       asked.name));
            return;
        }
        if (kernel::is_linux_syscall(asked.name)) {
            session_.error(
                asked.span,
                fmt::format("'{}' is a system call of Linux that the simulated kernel does not have; "
                            "'ipclab mechanisms' lists those that it has",
                            asked.name));
            return;
        }
        session_.error(
            asked.span,
            near.empty()
                ? fmt::format("'{}' is used, but it is defined neither in this program nor in "
                              "ipclab's C library",
                              asked.name)
                : fmt::format("'{}' is used, but defined nowhere; did you mean '{}'?", asked.name, near));
    }

    std::uint64_t address_of(Definition from) {
        const std::string& name = symbol(from).name;
        if (name == kInitBegin) return init_begin_;
        if (name == kInitEnd) return init_end_;
        if (name == kFiniBegin) return fini_begin_;
        if (name == kFiniEnd) return fini_end_;
        const Definition* found = resolve(from);
        if (!found) return 0;
        const Symbol& target = symbol(*found);
        return target.kind == Symbol::Kind::function
                   ? vm::kCodeBase + vm::kCodeStride * function_index(*found)
                   : addresses_[found->module][target.index];
    }

    void take_module(std::uint32_t m) {
        Module& module = modules_[m];
        const auto first_type = static_cast<std::uint32_t>(program_->types.size());
        const auto first_constant = static_cast<std::int32_t>(program_->constants.size());
        program_->constants.insert(program_->constants.end(), module.constants.begin(),
                                   module.constants.end());
        for (vm::TypeInfo& type : module.types) {
            type.element += first_type;
            for (vm::TypeInfo::Member& member : type.members) member.type += first_type;
            program_->types.push_back(std::move(type));
        }
        for (CompiledFunction& each : module.functions) {
            for (vm::Variable& variable : each.code.variables) variable.type += first_type;
            for (vm::Instruction& instruction : each.code.code)
                if (instruction.op == vm::Opcode::lk)
                    instruction.set_imm32(instruction.imm32() + first_constant);
            for (const Relocation& r : each.relocations) relocate_code(m, each.code, r);
            program_->functions.push_back(std::move(each.code));
        }
        for (std::size_t d = 0; d < module.data.size(); ++d) take_data(m, d, first_type);
    }

    void relocate_code(std::uint32_t m, vm::Function& function, const Relocation& r) {
        vm::Instruction& instruction = function.code[r.at];
        if (r.kind == Relocation::Kind::address) {
            const std::uint64_t address = address_of({m, r.symbol}) + static_cast<std::uint64_t>(r.addend);
            instruction.set_imm32(static_cast<std::int32_t>(address));
            return;
        }
        const Definition* found = resolve({m, r.symbol});
        if (!found) return;
        if (symbol(*found).kind != Symbol::Kind::function) {
            session_.error(
                function.spans[r.at],
                fmt::format("'{}' is called, but it is a variable, not a function", symbol(*found).name));
            return;
        }
        instruction.b = static_cast<std::uint16_t>(function_index(*found));
    }

    void take_data(std::uint32_t m, std::size_t d, std::uint32_t first_type) {
        DataObject& object = modules_[m].data[d];
        const std::uint64_t address = addresses_[m][d], at = address - program_->data_base;
        if (!object.bytes.empty())  // what is zero lies behind `data`
            std::copy(object.bytes.begin(), object.bytes.end(),
                      program_->data.begin() + static_cast<std::ptrdiff_t>(at));
        for (const Relocation& r : object.relocations)
            store_word(at + r.at, address_of({m, r.symbol}) + static_cast<std::uint64_t>(r.addend));
        if (object.shown_name.empty()) return;
        vm::Variable shown;
        shown.name = object.shown_name;
        shown.type = object.type + first_type;
        shown.place = vm::Variable::Place::global;
        shown.location = address;
        shown.line = object.line;
        program_->globals.push_back(std::move(shown));
    }

    void store_word(std::uint64_t at, std::uint64_t value) {
        for (int i = 0; i < 8; ++i)
            program_->data[at + static_cast<std::uint64_t>(i)] = static_cast<std::uint8_t>(value >> (8 * i));
    }

    /// By priority, the lowest first (gcc: attribute constructor).
    void fill_table(std::uint64_t table, std::vector<StartupFunction> Module::*functions) {
        struct Entry {
            int priority;
            std::uint64_t address;
        };
        std::vector<Entry> entries;
        for (std::uint32_t m = static_cast<std::uint32_t>(modules_.size()); m-- > 0;)  // the library's first
            for (const StartupFunction& each : modules_[m].*functions)
                entries.push_back({each.priority, address_of({m, each.symbol})});
        std::stable_sort(entries.begin(), entries.end(),
                         [](const Entry& a, const Entry& b) { return a.priority < b.priority; });
        std::uint64_t at = table - program_->data_base;
        for (const Entry& entry : entries) {
            store_word(at, entry.address);
            at += 8;
        }
    }

    Session& session_;
    std::vector<Module>& modules_;
    std::shared_ptr<vm::Program> program_ = std::make_shared<vm::Program>();
    std::unordered_map<std::string, Definition> definitions_;
    std::vector<std::uint32_t> first_function_;
    std::vector<std::vector<std::uint64_t>> addresses_;
    std::vector<std::string> reported_;
    std::uint64_t init_begin_ = 0, init_end_ = 0, fini_begin_ = 0, fini_end_ = 0;
    Definition resolved_;
};

}  // namespace

std::vector<std::string> undefined_names(const std::vector<Module>& modules) {
    std::unordered_map<std::string_view, bool> defined;  // only looked up
    for (const Module& module : modules)
        for (const Symbol& symbol : module.symbols)
            if (symbol.kind != Symbol::Kind::undefined && !symbol.is_local) defined[symbol.name] = true;
    std::vector<std::string> names;
    for (const Module& module : modules)
        for (const Symbol& symbol : module.symbols)
            if (symbol.kind == Symbol::Kind::undefined && !is_linkers_own(symbol.name) &&
                defined.try_emplace(symbol.name, false).second)
                names.push_back(symbol.name);
    return names;
}

std::shared_ptr<const vm::Program> link(Session& session, const std::string& name,
                                        std::vector<Module>& modules) {
    return Linker(session, modules).link(name);
}

}  // namespace ipclab::cc
