#include "sim/trace/perfetto.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "sim/trace/decode.h"
#include "sim/trace/flags.h"
#include "sim/trace/format.h"
#include "sim/trace/json.h"

namespace ipclab::trace {

namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Time;
using kernel::Trace;

constexpr std::int64_t kCpuGroup = 0;  // no process has this pid

class Exporter {
  public:
    explicit Exporter(const Trace& trace) : trace_(trace) {}

    std::string run() {
        out_ = "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[";
        for (const Event& event : trace_.events) {
            end_ns_ = std::max(end_ns_, event.time_ns);
            one(event);
        }
        for (auto& [tid, task] : tasks_) close_call(tid, task, end_ns_);
        for (auto& [cpu, running] : cpus_) close_run(cpu, running, end_ns_);
        name_tracks();
        out_ += "\n]}\n";
        return std::move(out_);
    }

  private:
    struct Task {
        std::int32_t process = 0;
        const Event* open_call = nullptr;  ///< its first `blocked` event
        const Event* blocked = nullptr;    ///< set while it sleeps
    };
    struct Running {
        std::int32_t task = 0;
        Time since_ns = 0;
    };

    void begin(std::string_view phase, std::int64_t process, std::int64_t task, Time time_ns,
               std::string_view name, std::string_view category) {
        out_ += is_first_ ? "\n" : ",\n";
        is_first_ = false;
        out_.append("{\"ph\":\"").append(phase).append("\",\"pid\":");
        append_number(out_, process);
        out_ += ",\"tid\":";
        append_number(out_, task);
        out_ += ",\"ts\":";
        append_microseconds(time_ns);
        out_ += ",\"name\":";
        append_json_string(out_, name);
        if (!category.empty()) out_.append(",\"cat\":\"").append(category).append("\"");
    }

    /// The format counts in microseconds; the digits behind the point are our nanoseconds.
    void append_microseconds(Time time_ns) {
        if (time_ns < 0) time_ns = 0;
        append_number(out_, time_ns / 1000);
        const auto rest = time_ns % 1000;
        out_ += '.';
        for (std::int64_t digit = 100; digit > 0; digit /= 10)
            out_ += static_cast<char>('0' + rest / digit % 10);
    }

    void slice(std::int64_t process, std::int64_t task, Time from_ns, Time to_ns, std::string_view name,
               std::string_view category, std::string_view detail) {
        begin("X", process, task, from_ns, name, category);
        out_ += ",\"dur\":";
        append_microseconds(elapsed_ns(from_ns, to_ns));
        if (!detail.empty()) {
            out_ += ",\"args\":{\"detail\":";
            append_json_string(out_, detail);
            out_ += '}';
        }
        out_ += '}';
    }

    void instant(const Event& event, std::string_view name) {
        begin("i", event.process.value, event.task.value, event.time_ns, name, kernel::name(event.kind));
        out_ += ",\"s\":\"t\"}";
    }

    void flow(std::string_view phase, std::int32_t task, Time time_ns, std::uint64_t id) {
        begin(phase, tasks_[task].process, task, time_ns, "wake-up", "wake");
        out_ += ",\"id\":";
        append_number(out_, id);
        if (phase == "f") out_ += ",\"bp\":\"e\"";
        out_ += '}';
    }

    void close_block(std::int32_t tid, Task& task, Time time_ns) {
        if (!task.blocked) return;
        const CallView call(trace_, *task.blocked);
        slice(task.process, tid, task.blocked->time_ns, time_ns, "blocked: " + blocked_reason(call),
              "blocked", "");
        task.blocked = nullptr;
    }

    /// A call that never returned: the task was killed, or the trace ends.
    void close_call(std::int32_t tid, Task& task, Time time_ns) {
        close_block(tid, task, time_ns);
        if (!task.open_call) return;
        const Event& event = *task.open_call;
        slice(task.process, tid, event.start_ns, time_ns, CallView(trace_, event).name(), "syscall",
              format_call(trace_, event));
        task.open_call = nullptr;
    }

    void close_run(std::int32_t cpu, Running& running, Time time_ns) {
        if (running.task != 0)
            slice(kCpuGroup, cpu, running.since_ns, time_ns, "task " + std::to_string(running.task),
                  "running", "");
        running.task = 0;
    }

    void one(const Event& event) {
        Task* task = nullptr;
        if (event.task) {
            task = &tasks_[event.task.value];
            if (event.process) task->process = event.process.value;
        }
        switch (event.kind) {
            case EventKind::syscall:
                if (!task) return;
                close_block(event.task.value, *task, event.time_ns);
                task->open_call = nullptr;
                slice(task->process, event.task.value, event.start_ns, event.time_ns,
                      CallView(trace_, event).name(), "syscall", format_call(trace_, event));
                return;
            case EventKind::blocked:
                if (!task) return;
                close_block(event.task.value, *task, event.time_ns);
                if (!task->open_call) task->open_call = &event;
                task->blocked = &event;
                return;
            case EventKind::woken:
                if (!task) return;
                if (event.other != 0 && tasks_.contains(event.other)) {
                    ++flows_;
                    flow("s", event.other, event.time_ns, flows_);
                    flow("f", event.task.value, event.time_ns, flows_);
                }
                close_block(event.task.value, *task, event.time_ns);
                return;
            case EventKind::switched: {
                Running& running = cpus_[event.cpu];
                close_run(event.cpu, running, event.time_ns);
                running = {event.other, event.time_ns};
                return;
            }
            case EventKind::exited:
                if (task) close_call(event.task.value, *task, event.time_ns);
                return instant(event, format_event(trace_, event));
            case EventKind::executed: {
                const std::string path(trace_.item(event, 0).text());
                names_[event.process.value] = path.substr(path.rfind('/') + 1);
                return instant(event, "runs " + path);
            }
            case EventKind::signal_sent:
            case EventKind::signal_delivered:
            case EventKind::signal_returned:
            case EventKind::forked:
            case EventKind::reaped:
            case EventKind::reparented:
            case EventKind::output:
            case EventKind::input:
            case EventKind::packet:
            case EventKind::explained:
                if (event.kind == EventKind::forked && event.other != 0)
                    tasks_[event.other].process = event.result == 1 ? event.process.value : event.other;
                return instant(event, format_event(trace_, event));
        }
    }

    void metadata(std::int64_t process, std::int64_t task, std::string_view what, std::string_view name) {
        begin("M", process, task, 0, what, "");
        out_ += ",\"args\":{\"name\":";
        append_json_string(out_, name);
        out_ += "}}";
    }

    void name_tracks() {
        std::map<std::int32_t, bool> processes;
        for (const auto& [tid, task] : tasks_) {
            processes[task.process] = true;
            metadata(task.process, tid, "thread_name", "task " + std::to_string(tid));
        }
        for (const auto& [process, known] : processes) {
            auto it = names_.find(process);
            metadata(
                process, process, "process_name",
                it == names_.end() || it->second.empty() ? "process " + std::to_string(process) : it->second);
        }
        if (cpus_.empty()) return;
        metadata(kCpuGroup, 0, "process_name", "CPUs");
        for (const auto& [cpu, running] : cpus_)
            metadata(kCpuGroup, cpu, "thread_name", "CPU " + std::to_string(cpu));
    }

    const Trace& trace_;
    std::string out_;
    bool is_first_ = true;
    std::map<std::int32_t, Task> tasks_;
    std::map<std::int32_t, Running> cpus_;
    std::map<std::int32_t, std::string> names_;  ///< of programs, by process
    std::uint64_t flows_ = 0;
    Time end_ns_ = 0;
};

}  // namespace

std::string to_perfetto(const Trace& trace) {
    return Exporter(trace).run();
}

}  // namespace ipclab::trace
