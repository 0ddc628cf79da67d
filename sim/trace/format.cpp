#include "sim/trace/format.h"

#include <algorithm>

#include "kernel/network.h"
#include "kernel/signal_state.h"
#include "sim/trace/flags.h"

namespace ipclab::trace {

namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::SignalAction;
using kernel::Trace;

constexpr std::size_t kSiginfoBytes = 48;  // what append_siginfo looks at

void append_id(std::string& out, std::int32_t id) {
    append_number(out, std::int64_t{id});
}

std::string task_text(std::int32_t id, std::string_view none) {
    return id == 0 ? std::string(none) : std::to_string(id);
}

std::string_view action_text(std::int64_t action) {
    switch (static_cast<SignalAction>(action)) {
        case SignalAction::ignored:
            return "ignored";
        case SignalAction::handled:
            return "goes to its handler";
        case SignalAction::terminated:
            return "ends the process";
        case SignalAction::dumped_core:
            return "ends the process with a core dump";
        case SignalAction::stopped:
            return "stops the process";
        case SignalAction::continued:
            return "lets the process go on";
    }
    return "?";
}

void append_signal_line(std::string& out, const Trace& trace, const Event& event) {
    out += "--- ";
    append_signal(out, event.number);
    out += " {si_signo=";
    if (const kernel::PayloadItem info = trace.item(event, 0); info.bytes.size() >= kSiginfoBytes)
        append_siginfo(out, info.bytes);
    else
        append_signal(out, event.number);
    out += "} ---";
}

std::string switch_text(const Event& event) {
    std::string text = "cpu " + std::to_string(event.cpu) + ": " + task_text(event.task.value, "idle") +
                       " -> " + task_text(event.other, "idle");
    if (event.result == 1) text += " (preempted)";
    return text;
}

std::string world_text(const Trace& trace, const Event& event, std::size_t limit) {
    const kernel::PayloadItem item = trace.item(event, 0);
    std::string text;
    if (event.kind == EventKind::output) {
        text = event.result == 2 ? "stderr: " : "stdout: ";
        append_quoted(text, item.bytes, item.full_bytes, limit);
    } else if (item.full_bytes == 0) {
        text = "input: end of file";
    } else {
        text = "input: ";
        append_quoted(text, item.bytes, item.full_bytes, limit);
    }
    return text;
}

/// Without control characters but newlines: the text may come from a file, and goes to a terminal.
std::string harmless(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (static_cast<std::uint8_t>(c) < ' ' && c != '\n') c = c == '\t' ? ' ' : '?';
    return out;
}

/// Events that have no form of their own in strace, as a remark.
std::string remark_text(const Trace& trace, const Event& event, std::size_t limit) {
    std::string text;
    switch (event.kind) {
        case EventKind::syscall:
        case EventKind::blocked:
        case EventKind::exited:
        case EventKind::signal_delivered:
            return text;
        case EventKind::woken:
            return "woken by " + task_text(event.other, "time or the outside") + ": " +
                   object_name(CallView(trace, event));
        case EventKind::switched:
            return switch_text(event);
        case EventKind::signal_sent:
            append_signal(text, event.number);
            text += " sent by " + task_text(event.other, "the kernel") + " to " +
                    task_text(event.task ? event.task.value : event.process.value, "nobody");
            return text;
        case EventKind::signal_returned:
            text = "the handler of ";
            append_signal(text, event.number);
            return text + " returns";
        case EventKind::forked:
            return (event.result == 1 ? "new thread " : "new process ") + std::to_string(event.other);
        case EventKind::executed:
            text = "runs ";
            append_quoted(text, trace.item(event, 0).bytes, trace.item(event, 0).full_bytes, 4096);
            return text;
        case EventKind::reaped:
            return "process " + std::to_string(event.other) + " is reaped: " + ending_text(event.result);
        case EventKind::reparented:
            return "process " + std::to_string(event.process.value) + " is now a child of " +
                   std::to_string(event.other);
        case EventKind::output:
        case EventKind::input:
            return world_text(trace, event, limit);
        case EventKind::packet:
            return "packet " + std::to_string(event.other) + " " +
                   std::string(kernel::name(static_cast<kernel::PacketStep>(event.number))) + ": " +
                   kernel::packet_text(event);
        case EventKind::explained:
            return harmless(trace.item(event, 0).text());
    }
    return text;
}

void pad_to(std::string& out, std::size_t begin, std::size_t column) {
    if (out.size() - begin < column) out.append(column - (out.size() - begin), ' ');
}

void add_remark(std::string& remarks, std::string_view text) {
    if (!remarks.empty()) remarks += "; ";
    remarks += text;
}

}  // namespace

void Printer::begin_line(std::int32_t task, kernel::Time time_ns, std::string& out) const {
    if (options_.with_pid) {
        const std::size_t begin = out.size();
        append_id(out, task);
        pad_to(out, begin, 5);
        out += ' ';
    }
    if (options_.with_time) {
        std::string time;
        append_seconds(time, time_ns);
        if (time.size() < 13) out.append(13 - time.size(), ' ');
        out.append(time).append(" ");
    }
}

void Printer::end_line(const Event& event, std::string& remarks, std::string& out) {
    const auto& files = options_.source_files;
    if (event.source.line != 0 && event.source.file < files.size())
        add_remark(remarks, files[event.source.file] + ":" + std::to_string(event.source.line));
    if (options_.with_remarks) {
        if (auto it = tasks_.find(event.task.value); it != tasks_.end() && !it->second.wakes.empty()) {
            std::string text = "wakes ";
            for (std::size_t i = 0; i < it->second.wakes.size(); ++i) {
                if (i > 0) text += ", ";
                append_id(text, it->second.wakes[i]);
            }
            it->second.wakes.clear();
            add_remark(remarks, text);
        }
    }
    if (!remarks.empty()) out.append("  # ").append(remarks);
    out += '\n';
}

void Printer::print_remark(const Event& event, std::string_view text, std::string& out) {
    while (true) {
        const std::size_t end = text.find('\n');
        begin_line(event.task.value, event.time_ns, out);
        out.append("# ").append(text.substr(0, end)).append("\n");
        if (end == std::string_view::npos || end + 1 == text.size()) return;
        text.remove_prefix(end + 1);
    }
}

void Printer::print_call(const Trace& trace, const Event& event, std::string& out) {
    TaskState& task = tasks_[event.task.value];
    const CallView call(trace, event);
    const bool resumed = task.is_unfinished && task.unfinished_number == event.number;
    task.is_unfinished = false;
    begin_line(event.task.value, resumed ? event.time_ns : event.start_ns, out);
    const std::size_t begin = out.size();
    if (resumed)
        out.append("<... ").append(call.name()).append(" resumed>");
    else
        out.append(call.name()).append("(");
    append_arguments(out, call, resumed ? ArgumentPart::after_result : ArgumentPart::all,
                     {options_.string_limit});
    out += ')';
    pad_to(out, begin, options_.result_column);
    out += " = ";
    append_result(out, call);
    if (options_.with_duration) {
        out += " <";
        append_seconds(out, elapsed_ns(event.start_ns, event.time_ns));
        out += '>';
    }
    std::string remarks;
    if (options_.with_remarks && !task.woken.empty()) add_remark(remarks, task.woken);
    task.woken.clear();
    end_line(event, remarks, out);
}

void Printer::print_blocked(const Trace& trace, const Event& event, std::string& out) {
    TaskState& task = tasks_[event.task.value];
    const CallView call(trace, event);
    std::string remarks;
    if (task.is_unfinished && task.unfinished_number == event.number) {
        // Woken, and found that it has to wait again: strace does not see that.
        if (options_.with_remarks) {
            std::string text = task.woken.empty() ? std::string() : task.woken + ", ";
            print_remark(event, text + call.name() + " waits again: " + blocked_reason(call), out);
        }
        task.woken.clear();
        return;
    }
    task.is_unfinished = true;
    task.unfinished_number = event.number;
    task.woken.clear();
    begin_line(event.task.value, event.start_ns, out);
    out.append(call.name()).append("(");
    append_arguments(out, call, ArgumentPart::before_result, {options_.string_limit});
    out += " <unfinished ...>";
    if (options_.with_remarks) add_remark(remarks, "blocked: " + blocked_reason(call));
    end_line(event, remarks, out);
}

void Printer::print_signal(const Trace& trace, const Event& event, std::string& out) {
    auto cause = std::find_if(causes_.begin(), causes_.end(), [&](const Cause& c) {
        return c.signal == event.number && (c.target == event.task.value || c.target == event.process.value);
    });
    begin_line(event.task.value, event.time_ns, out);
    if (trace.item(event, 0).bytes.size() >= kSiginfoBytes || cause == causes_.end()) {
        append_signal_line(out, trace, event);
    } else {
        out += "--- ";
        append_signal(out, event.number);
        out += " {si_signo=";
        append_signal(out, event.number);
        auto status = exit_status_.find(cause->sender);
        if (event.number == kernel::kSigChld && status != exit_status_.end()) {
            const std::int32_t value = status->second, killer = value & 0x7f;
            out += killer == 0    ? ", si_code=CLD_EXITED"
                   : value & 0x80 ? ", si_code=CLD_DUMPED"
                                  : ", si_code=CLD_KILLED";
            out += ", si_pid=";
            append_id(out, cause->sender);
            out += ", si_status=";
            if (killer == 0)
                append_id(out, value >> 8 & 0xff);
            else
                append_signal(out, killer);
        } else if (cause->sender == 0) {
            out += ", si_code=SI_KERNEL";
        } else {
            out += ", si_pid=";
            append_id(out, cause->sender);
        }
        out += "} ---";
    }
    if (cause != causes_.end()) causes_.erase(cause);
    std::string remarks;
    if (options_.with_remarks) add_remark(remarks, action_text(event.result));
    end_line(event, remarks, out);
    if (static_cast<SignalAction>(event.result) == SignalAction::stopped) {
        begin_line(event.task.value, event.time_ns, out);
        out += "--- stopped by ";
        append_signal(out, event.number);
        out += " ---\n";
    }
}

void Printer::print_exit(const Event& event, std::string& out) {
    exit_status_[event.process.value] = static_cast<std::int32_t>(event.result);
    begin_line(event.task.value, event.time_ns, out);
    out.append("+++ ").append(ending_text(event.result)).append(" +++");
    std::string remarks;
    end_line(event, remarks, out);
    tasks_.erase(event.task.value);
    std::erase_if(causes_, [&](const Cause& c) { return c.target == event.task.value; });
}

void Printer::note_wake(const Event& event) {
    TaskState& task = tasks_[event.task.value];
    if (event.other == 0)
        task.woken = event.object.kind == kernel::ObjectKind::stream ? "woken by input" : "woken";
    else
        task.woken = "woken by " + std::to_string(event.other);
    if (event.other != 0 && event.other != event.task.value)
        tasks_[event.other].wakes.push_back(event.task.value);
}

void Printer::print(const Trace& trace, const Event& event, std::string& out) {
    switch (event.kind) {
        case EventKind::syscall:
            return print_call(trace, event, out);
        case EventKind::blocked:
            return print_blocked(trace, event, out);
        case EventKind::woken:
            return note_wake(event);
        case EventKind::signal_delivered:
            return print_signal(trace, event, out);
        case EventKind::exited:
            return print_exit(event, out);
        case EventKind::signal_sent: {
            // The call that sent it, or the exit of a child, already has a line; remember the sender.
            constexpr std::size_t kCausesKept = 256;
            if (causes_.size() == kCausesKept) causes_.erase(causes_.begin());
            causes_.push_back(
                {event.task ? event.task.value : event.process.value, event.number, event.other});
            return;
        }
        case EventKind::switched:
            if (options_.with_switches) print_remark(event, switch_text(event), out);
            return;
        case EventKind::output:
        case EventKind::input:
            if (options_.with_world)
                print_remark(event, world_text(trace, event, options_.string_limit), out);
            return;
        case EventKind::reaped:
            // wait4 shows what it collected; init has no line of its own.
            if (options_.with_remarks && event.process.value <= 1)
                print_remark(event, remark_text(trace, event, options_.string_limit) + " by init", out);
            return;
        case EventKind::forked:
        case EventKind::executed:
        case EventKind::reparented:
        case EventKind::signal_returned:
        case EventKind::packet:
        case EventKind::explained:
            if (options_.with_remarks)
                print_remark(event, remark_text(trace, event, options_.string_limit), out);
            return;
    }
}

std::string format_trace(const Trace& trace, const FormatOptions& options) {
    std::string out;
    out.reserve(trace.events.size() * 64);
    Printer printer(options);
    for (const Event& event : trace.events) printer.print(trace, event, out);
    return out;
}

std::string format_call(const Trace& trace, const Event& event, std::size_t string_limit) {
    const CallView call(trace, event);
    std::string out = call.name() + "(";
    const bool is_blocked = event.kind == EventKind::blocked;
    append_arguments(out, call, is_blocked ? ArgumentPart::before_result : ArgumentPart::all, {string_limit});
    if (is_blocked) return out + " <unfinished ...>";
    out += ") = ";
    append_result(out, call);
    return out;
}

std::string format_event(const Trace& trace, const Event& event, std::size_t string_limit) {
    std::string out;
    switch (event.kind) {
        case EventKind::syscall:
        case EventKind::blocked:
            return format_call(trace, event, string_limit);
        case EventKind::exited:
            return "+++ " + ending_text(event.result) + " +++";
        case EventKind::signal_delivered:
            append_signal_line(out, trace, event);
            return out;
        default:
            out = remark_text(trace, event, string_limit);
            std::replace(out.begin(), out.end(), '\n', ' ');
            return out;
    }
}

}  // namespace ipclab::trace
