#include "sim/session/source_lines.h"

#include "kernel/syscalls.h"

namespace ipclab::session {

using kernel::Event;
using kernel::EventKind;

namespace {

/// Its line is one of the program that called it, which is no longer the one that the process runs.
bool is_exec_return(const Event& event) {
    return event.kind == EventKind::syscall && event.result >= 0 &&
           event.number == static_cast<std::uint16_t>(kernel::Sys::execve);
}

}  // namespace

SourceLines::SourceLines(std::vector<Program> programs, std::size_t first) {
    for (std::size_t i = 0; i < programs.size(); ++i) {
        const Range range{static_cast<std::uint32_t>(files_.size()),
                          static_cast<std::uint32_t>(programs[i].files.size())};
        ranges_[programs[i].name] = range;
        if (i == first) first_ = range;
        for (trace::SourceText& file : programs[i].files) files_.push_back(std::move(file));
    }
}

SourceLines::Range SourceLines::range_of(std::int32_t process) const {
    const auto found = processes_.find(process);
    return found == processes_.end() ? first_ : found->second;
}

void SourceLines::renumber(kernel::Trace& trace) {
    for (Event& event : trace.events) {
        const std::int32_t process = event.process.value;
        if (event.source.line != 0) {
            const Range range = is_exec_return(event) ? replaced_[process] : range_of(process);
            if (event.source.file < range.count)
                event.source.file += range.begin;
            else
                event.source = {};
        }
        if (event.kind == EventKind::forked && event.result == 0) processes_[event.other] = range_of(process);
        if (event.kind != EventKind::executed) continue;
        const std::string_view path = trace.item(event, 0).text();
        const auto program = ranges_.find(std::string(path.substr(path.rfind('/') + 1)));
        replaced_[process] = range_of(process);
        processes_[process] = program == ranges_.end() ? Range{} : program->second;
    }
}

std::vector<std::string> SourceLines::names() const {
    const auto short_name = [](const std::string& name) { return name.substr(name.rfind('/') + 1); };
    std::unordered_map<std::string, std::string> owners;  // short name -> the one name that it stands for
    for (const trace::SourceText& file : files_) {
        const auto [at, is_new] = owners.try_emplace(short_name(file.name), file.name);
        if (!is_new && at->second != file.name) at->second.clear();
    }
    std::vector<std::string> names;
    for (const trace::SourceText& file : files_) {
        const std::string name = short_name(file.name);
        names.push_back(owners[name].empty() ? file.name : name);
    }
    return names;
}

}  // namespace ipclab::session
