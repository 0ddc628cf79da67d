// The calls that a program's recorder (recorder.c) has made without a stop: from records to the same events.
//
// At every stop of any task the tracer first takes what is recorded up to then, in the order of time. A task changes its
// descriptors, forks and ends only by calls that stop: so what a record names is still what it was.
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <tuple>

#include "sim/host/tracer_state.h"

namespace ipclab::host {

namespace {

/// /proc/PID/status: how often the task has slept.
std::int64_t sleeps_of(pid_t task) {
    char path[64], line[512];
    std::snprintf(path, sizeof path, "/proc/%d/status", task);
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path, "re"), std::fclose);
    long long sleeps = 0;
    while (file != nullptr && std::fgets(line, sizeof line, file.get()) != nullptr)
        if (std::sscanf(line, "voluntary_ctxt_switches: %lld", &sleeps) == 1) break;
    return sleeps;
}

}  // namespace

/// The recorder's close() of the memory that it has made.
void Tracer::share_records(Task& task, std::int64_t fd) {
    if (!options_.recorder || task.process->records_of_calls != nullptr) return;
    task.process->records_of_calls = SharedRecords::of(task.host, fd);
    if (task.process->records_of_calls != nullptr) shared_records_.push_back(task.process->records_of_calls);
}

Tracer::Task* Tracer::owner_of(const SharedRecords& records, std::uint32_t index) const {
    const std::int32_t owner = records.owner(index);
    for (const auto& [pid, task] : tasks_)
        if (task->tid.value == owner && task->process->records_of_calls.get() == &records) return task.get();
    return nullptr;
}

void Tracer::take_records() {
    if (shared_records_.empty()) return;
    struct Moment {
        std::int64_t time_ns = 0;
        bool is_begin = false;  ///< of two at one time the end is the earlier call's
        Task* task = nullptr;
        SharedRecords* records = nullptr;
        std::uint32_t index = 0;
    };
    const std::int64_t until = now_ns_;
    std::vector<Moment> moments;
    for (const auto& shared : shared_records_) {
        SharedRecords& records = *shared;
        for (std::uint32_t i = 0; i < SharedRecords::kCount; ++i) {
            if (records.owner(i) == 0) continue;
            Task* const task = owner_of(records, i);
            const std::uint32_t state = records.state(i);
            if (task == nullptr || (state == RECORD_COMPLETE && records.is_taken(i))) {
                records.free(i);
                continue;
            }
            if (state == RECORD_CLAIMED || records.is_taken(i)) continue;
            // What is later than this stop waits for the next one: by then all that came before it is there.
            std::int64_t start = records.record(i).start_ns;
            const std::int64_t end = records.record(i).end_ns;
            if (start > until) continue;
            start = std::max(start, zero_ns_);  // whatever the program has written there
            if (!records.has_begun(i)) moments.push_back({start, true, task, &records, i});
            if (state == RECORD_COMPLETE && end <= until)
                moments.push_back({std::max(start + 1, end), false, task, &records, i});
        }
    }
    std::stable_sort(moments.begin(), moments.end(), [](const Moment& a, const Moment& b) {
        return std::tie(a.time_ns, a.is_begin) < std::tie(b.time_ns, b.is_begin);
    });
    for (const Moment& moment : moments) {
        now_ns_ = moment.time_ns;
        if (moment.is_begin)
            begin_recorded(*moment.task, *moment.records, moment.index);
        else
            finish_recorded(*moment.task, *moment.records, moment.index);
    }
    now_ns_ = until;
    std::erase_if(shared_records_, [](const auto& records) { return records.use_count() == 1; });
}

void Tracer::begin_recorded(Task& task, SharedRecords& records, std::uint32_t index) {
    records.set_begun(index);
    const volatile CallRecord& record = records.record(index);
    const std::uint64_t number = record.number;
    if (!task.process->records || (number != SYS_read && number != SYS_write)) return;
    if (task.call.is_open) finish_call(task, -EINTR);
    const std::array<std::uint64_t, 6> args{record.args[0], record.args[1], record.args[2]};
    const CallSite site{.source = source_at(task, record.caller)};
    RecordedMemory memory(args[1], number == SYS_write ? records.bytes(index) : std::vector<std::uint8_t>{});
    open_call(task, number, args.data(), site, memory);
    task.call.record = index;
}

void Tracer::finish_recorded(Task& task, SharedRecords& records, std::uint32_t index) {
    const volatile CallRecord& record = records.record(index);
    Call& call = task.call;
    if (call.is_open && call.record == index) {
        call.has_slept = record.sleeps_after > record.sleeps_before;
        RecordedMemory memory(call.args[1], records.bytes(index));
        finish_call(task, record.result, memory);
    }
    records.free(index);
}

/// A task with a recorded call under way has stopped: from here on the call goes the way of those that stop.
void Tracer::take_call_over(Task& task) {
    SharedRecords* const records = task.process->records_of_calls.get();
    if (records == nullptr) return;
    for (std::uint32_t i = 0; i < SharedRecords::kCount; ++i) {
        if (records->owner(i) != task.tid.value || records->is_taken(i)) continue;
        records->take(i);
        if (task.call.is_open && task.call.record == i) take_call_over(task, records->record(i));
    }
}

void Tracer::take_call_over(Task& task, const volatile CallRecord& record) {
    Call& call = task.call;
    call.record.reset();
    user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, task.host, nullptr, &registers) != 0) return;
    const auto go_on_at = [&](std::uint64_t address) {
        ptrace(PTRACE_POKEUSER, task.host, offsetof(user_regs_struct, rip), address);
    };
    const std::uint64_t ip = registers.rip;
    std::int64_t result = record.result;
    if (result == RECORDER_NO_RESULT && ip >= RECORDER_CODE && ip <= RECORDER_FAST) {
        call.is_open = false;  // it has not been made yet
        return go_on_at(RECORDER_STOPPING);
    }
    constexpr std::int64_t kThisStop = 1;
    const std::int64_t before = record.sleeps_before;
    call.has_slept = before >= 0 && sleeps_of(task.host) - before > kThisStop;
    if (result == RECORDER_NO_RESULT) {
        if (ip != RECORDER_FAST + RECORDER_SYSCALL_BYTES) return;
        go_on_at(RECORDER_STOPPING + RECORDER_SYSCALL_BYTES);
        result = static_cast<std::int64_t>(registers.rax);
    }
    note_schedule(task);
    if (is_restart(result)) {
        call.is_interrupted = true;  // a stop at its return would say so
        call.code = result;
    } else {
        finish_call(task, result);
    }
}

}  // namespace ipclab::host
