#include "sim/host/unwind.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "sim/host/command.h"
#include "sim/trace/look_ups.h"

namespace ipclab::host {

namespace {

constexpr int kRbp = 6, kRsp = 7;
constexpr int kMostFrames = 64;
constexpr int kMostMapReads = 50;

/// A location "register + offset", in either of the two forms that libdw gives it.
bool register_offset(const Dwarf_Op& op, int& base, std::int64_t& offset) {
    if (op.atom >= DW_OP_breg0 && op.atom <= DW_OP_breg31) {
        base = op.atom - DW_OP_breg0;
        offset = static_cast<std::int64_t>(op.number);
        return true;
    }
    if (op.atom == DW_OP_bregx) {
        base = static_cast<int>(op.number);
        offset = static_cast<std::int64_t>(op.number2);
        return true;
    }
    return false;
}

void read_symbols(Elf* elf, Module& module) {
    for (Elf_Scn* section = nullptr; (section = elf_nextscn(elf, section)) != nullptr;) {
        GElf_Shdr header;
        if (gelf_getshdr(section, &header) == nullptr || header.sh_entsize == 0) continue;
        if (header.sh_type != SHT_SYMTAB && header.sh_type != SHT_DYNSYM) continue;
        Elf_Data* data = elf_getdata(section, nullptr);
        const auto count = static_cast<int>(header.sh_size / header.sh_entsize);
        for (int i = 0; data != nullptr && i < count; ++i) {
            GElf_Sym symbol;
            if (gelf_getsym(data, i, &symbol) == nullptr) break;
            if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_shndx == SHN_UNDEF) continue;
            const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
            if (name == nullptr) continue;
            if (std::strcmp(name, "main") == 0) module.main = symbol.st_value;
            if (const std::int32_t mark = trace::library_mark(name))
                module.marked.push_back({symbol.st_value, symbol.st_value + symbol.st_size, mark});
        }
    }
}

void read_segments(Elf* elf, Module& module) {
    std::size_t count = 0;
    if (elf_getphdrnum(elf, &count) != 0) return;
    for (std::size_t i = 0; i < count; ++i) {
        GElf_Phdr header;
        if (gelf_getphdr(elf, static_cast<int>(i), &header) != nullptr && header.p_type == PT_LOAD)
            module.segments.push_back({header.p_offset, header.p_vaddr, header.p_filesz});
    }
}

void read_lines(Dwarf* dwarf, Module& module) {
    std::map<std::string, std::uint32_t> numbers;
    Dwarf_CU* unit = nullptr;
    Dwarf_Die die;
    while (dwarf_get_units(dwarf, unit, &unit, nullptr, nullptr, &die, nullptr) == 0) {
        Dwarf_Lines* lines = nullptr;
        std::size_t count = 0;
        if (dwarf_getsrclines(&die, &lines, &count) != 0) continue;
        Dwarf_Attribute attribute;
        const char* directory = dwarf_formstring(dwarf_attr(&die, DW_AT_comp_dir, &attribute));
        for (std::size_t i = 0; i < count; ++i) {
            Dwarf_Line* row = dwarf_onesrcline(lines, i);
            Dwarf_Addr address = 0;
            int line = 0;
            bool is_end = false;
            const char* file = dwarf_linesrc(row, nullptr, nullptr);
            if (file == nullptr || dwarf_lineaddr(row, &address) != 0 || dwarf_lineno(row, &line) != 0 ||
                dwarf_lineendsequence(row, &is_end) != 0)
                continue;
            std::string path = file;
            if (path.empty() || (path[0] != '/' && directory != nullptr))
                path = std::string(directory != nullptr ? directory : "") + "/" + path;
            const auto next = static_cast<std::uint32_t>(module.files.size());
            const auto [known, is_new] = numbers.emplace(path, next);
            if (is_new) module.files.push_back(path);
            module.lines.push_back({address, known->second, is_end ? 0 : static_cast<std::uint32_t>(line)});
        }
    }
    // Where one sequence ends, another may begin: its first row comes after the end.
    std::stable_sort(module.lines.begin(), module.lines.end(), [](const LineRow& a, const LineRow& b) {
        return a.address != b.address ? a.address < b.address : (a.line == 0) > (b.line == 0);
    });
}

}  // namespace

bool read_memory(pid_t task, std::uint64_t address, void* to, std::size_t bytes) {
    const iovec local{to, bytes};
    const iovec remote{reinterpret_cast<void*>(address), bytes};
    return process_vm_readv(task, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(bytes);
}

// ---- One file ---------------------------------------------------------------------------------------------

struct Module::Handles {
    UniqueFd file;
    Elf* elf = nullptr;
    Dwarf* dwarf = nullptr;
    Dwarf_CFI* frames = nullptr;
    std::unordered_map<std::uint64_t, FrameRule> rules;
    ~Handles() {
        if (frames != nullptr) dwarf_cfi_end(frames);
        if (dwarf != nullptr) dwarf_end(dwarf);
        if (elf != nullptr) elf_end(elf);
    }
};

Module::~Module() = default;

std::shared_ptr<Module> Module::open(const std::string& path) {
    elf_version(EV_CURRENT);
    std::shared_ptr<Module> module(new Module);
    module->handles_ = std::make_unique<Handles>();
    Handles& handles = *module->handles_;
    handles.file.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!handles.file) return nullptr;
    handles.elf = elf_begin(handles.file.get(), ELF_C_READ_MMAP, nullptr);
    GElf_Ehdr header;
    if (handles.elf == nullptr || gelf_getehdr(handles.elf, &header) == nullptr ||
        header.e_machine != EM_X86_64)
        return nullptr;
    module->entry = header.e_entry;
    module->is_position_independent = header.e_type == ET_DYN;
    read_segments(handles.elf, *module);
    read_symbols(handles.elf, *module);
    handles.frames = dwarf_getcfi_elf(handles.elf);
    handles.dwarf = dwarf_begin_elf(handles.elf, DWARF_C_READ, nullptr);
    if (handles.dwarf != nullptr) read_lines(handles.dwarf, *module);
    return module;
}

FrameRule Module::rule(std::uint64_t address) {
    const auto [known, is_new] = handles_->rules.emplace(address, FrameRule{});
    FrameRule& rule = known->second;
    if (!is_new || handles_->frames == nullptr) return rule;
    Dwarf_Frame* frame = nullptr;
    if (dwarf_cfi_addrframe(handles_->frames, address, &frame) != 0) return rule;
    Dwarf_Op* ops = nullptr;
    std::size_t count = 0;
    int base = 0;
    if (dwarf_frame_cfa(frame, &ops, &count) == 0 && count == 1 &&
        register_offset(ops[0], base, rule.offset) && (base == kRsp || base == kRbp)) {
        rule.known = true;
        rule.base = static_cast<std::uint8_t>(base);
        Dwarf_Op memory[3];
        if (dwarf_frame_register(frame, kRbp, memory, &ops, &count) == 0 && count >= 1 &&
            ops[0].atom == DW_OP_call_frame_cfa && (count == 1 || ops[1].atom == DW_OP_plus_uconst)) {
            rule.saves_rbp = true;
            rule.rbp_offset = count == 1 ? 0 : static_cast<std::int64_t>(ops[1].number);
        }
    }
    std::free(frame);
    return rule;
}

const LineRow* Module::line(std::uint64_t address) const {
    auto after =
        std::upper_bound(lines.begin(), lines.end(), address,
                         [](std::uint64_t wanted, const LineRow& row) { return wanted < row.address; });
    if (after == lines.begin()) return nullptr;
    --after;
    return after->line != 0 ? &*after : nullptr;
}

std::shared_ptr<Module> Modules::get(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return nullptr;
    const auto [known, is_new] = modules_.emplace(std::pair{status.st_dev, status.st_ino}, nullptr);
    if (is_new) known->second = Module::open(path);
    return known->second;
}

// ---- One address space ------------------------------------------------------------------------------------

void AddressMap::read_mappings(pid_t task) {
    mappings_.clear();
    char path[64];
    std::snprintf(path, sizeof path, "/proc/%d/maps", task);
    std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path, "re"), std::fclose);
    char line[4352];
    while (file != nullptr && std::fgets(line, sizeof line, file.get()) != nullptr) {
        std::uint64_t begin = 0, end = 0, offset = 0;
        char access[8] = {};
        int at = 0;
        if (std::sscanf(line, "%" SCNx64 "-%" SCNx64 " %7s %" SCNx64 " %*s %*s %n", &begin, &end, access,
                        &offset, &at) < 4 ||
            access[2] != 'x')
            continue;
        std::string name = line + at;
        if (!name.empty() && name.back() == '\n') name.pop_back();
        // Only files that the program cannot have written itself are worth parsing.
        if (!name.starts_with("/usr/") && !name.starts_with("/lib")) continue;
        std::shared_ptr<Module> module = modules_.get("/proc/" + std::to_string(task) + "/root" + name);
        if (module == nullptr) continue;
        for (const Module::Segment& segment : module->segments)
            if (offset >= segment.offset / 4096 * 4096 && offset < segment.offset + segment.bytes) {
                mappings_.push_back({begin, end, begin - offset + segment.offset - segment.address, module});
                break;
            }
    }
    if (program_ == nullptr) return;
    for (const Module::Segment& segment : program_->segments)
        mappings_.push_back({segment.address + program_bias_, segment.address + segment.bytes + program_bias_,
                             program_bias_, program_});
}

const AddressMap::Mapping* AddressMap::mapping(pid_t task, std::uint64_t address) {
    for (;;) {
        for (const Mapping& known : mappings_)
            if (address >= known.begin && address < known.end) return &known;
        // Perhaps a library that was loaded since.
        if (reads_ >= kMostMapReads) return nullptr;
        ++reads_;
        const std::size_t before = mappings_.size();
        read_mappings(task);
        if (before == mappings_.size()) return nullptr;
    }
}

const AddressMap::Place& AddressMap::place(pid_t task, std::uint64_t address) {
    if (const auto known = places_.find(address); known != places_.end()) return known->second;
    Place found;
    if (const Mapping* in = mapping(task, address); in != nullptr) {
        if (in->module == program_) {
            if (const LineRow* row = program_->line(address - in->bias))
                found.source = {row->file, row->line};
        } else {
            for (const Module::Range& each : in->module->marked)
                if (address - in->bias >= each.begin && address - in->bias < each.end)
                    found.library_mark = each.mark;
        }
        found.rule = in->module->rule(address - in->bias);
    }
    return places_.emplace(address, found).first->second;
}

CallSite AddressMap::find(pid_t task, std::uint64_t ip, std::uint64_t sp) {
    std::array<std::uint8_t, 256> stack;
    std::uint64_t stack_begin = 0, stack_end = 0;
    const auto word_at = [&](std::uint64_t address, std::uint64_t& word) {
        if (address < stack_begin || address + 8 > stack_end) {
            // A window from here on, or where the stack ends, the word alone.
            if (read_memory(task, address, stack.data(), stack.size()))
                stack_end = address + stack.size();
            else if (read_memory(task, address, stack.data(), 8))
                stack_end = address + 8;
            else
                return false;
            stack_begin = address;
        }
        std::memcpy(&word, &stack[address - stack_begin], 8);
        return true;
    };
    std::uint64_t rbp = 0;
    bool has_rbp = false;
    CallSite site;
    for (int depth = 0; depth < kMostFrames; ++depth) {
        // A return address is behind its call: the byte before it belongs to the call.
        const Place& here = place(task, ip - 1);
        site.source = here.source;
        if (here.library_mark) site.library_mark = here.library_mark;
        FrameRule rule = here.rule;
        // Around clone(2) nothing describes the frame, as the child has another stack: the return address is on top.
        if (depth == 0 && !rule.known) rule = {.known = true, .base = kRsp, .offset = 8};
        if (here.source.line != 0 || !rule.known) return site;
        if (rule.base == kRbp && !has_rbp) {
            rbp = static_cast<std::uint64_t>(
                ptrace(PTRACE_PEEKUSER, task, offsetof(user_regs_struct, rbp), nullptr));
            has_rbp = true;
        }
        const std::uint64_t frame = (rule.base == kRbp ? rbp : sp) + static_cast<std::uint64_t>(rule.offset);
        if (frame <= sp && depth > 0) return site;
        if (!word_at(frame - 8, ip)) return site;
        if (rule.saves_rbp) {
            if (!word_at(frame + static_cast<std::uint64_t>(rule.rbp_offset), rbp)) return site;
            has_rbp = true;
        }
        sp = frame;
    }
    return site;
}

}  // namespace ipclab::host
