#include "sim/engine/machine.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <ranges>

#include "kernel/assert.h"
#include "kernel/capture.h"
#include "kernel/cpu_timer.h"
#include "kernel/futex.h"
#include "kernel/signals.h"
#include "kernel/syscalls.h"
#include "sim/engine/waits.h"
#include "sim/trace/look_ups.h"

namespace ipclab::engine {

using kernel::CpuId;
using kernel::Event;
using kernel::EventKind;
using kernel::Kernel;
using kernel::kNever;
using kernel::Tid;
using kernel::Time;
using kernel::Trace;

namespace {

/// For the learner.
void add_sentence(const Kernel& kernel, const kernel::Task& task, CpuId cpu, std::string_view sentence,
                  const kernel::SourceLine& source, Trace* trace) {
    if (!trace) return;
    Event event;
    event.time_ns = event.start_ns = kernel.now_ns;
    event.kind = EventKind::explained;
    event.cpu = static_cast<std::uint8_t>(cpu.value);
    event.task = task.tid;
    event.process = task.process;
    event.source = source;
    trace->add(event);
    trace->add_payload(0, sentence);
}

/// Of Choice::fail.
std::string_view refusal_text(const Machine& machine, Tid task) {
    const auto request = vm::request_at(machine.program_of(task), *machine.contexts.find(task));
    if (!request) return "what it asks for next is refused: so the schedule says";
    if (*request == vm::Request::memory)
        return "no memory is left for it: so the schedule says (malloc(3): NULL, ENOMEM)";
    return "no process or thread can be added: so the schedule says (fork(2), pthread_create(3): EAGAIN)";
}

kernel::UserMemory memory_of(Kernel& kernel, Tid task) {
    const kernel::SpaceId space = kernel.processes[kernel.tasks[task].process].space;
    return {kernel.spaces.write(space), kernel.memory};
}

bool is_runnable(const kernel::Task& task) {
    return task.state == kernel::TaskState::ready || task.state == kernel::TaskState::running;
}

std::vector<std::uint8_t> siginfo_of(const kernel::SignalInfo& info) {
    const auto bytes = kernel::siginfo_bytes(info);
    return {bytes.begin(), bytes.end()};
}

/// How many stores may wait. A CPU has room for more (56 in Intel's Skylake), but a task that never ends to store would go
/// on through as many states as there are ways to fill it.
constexpr std::size_t kStoreBuffer = 8;

constexpr auto kBadDescriptor = -static_cast<std::int64_t>(kernel::Errno::ebadf);

/// Whether the call may open or close descriptors: none does whose result is a size, an address or a process.
bool may_change_descriptors(std::uint64_t number) {
    const kernel::SyscallSpec* spec = kernel::syscall_spec(number);
    // An exit closes them all.
    return spec && (spec->result == kernel::ResultKind::fd || spec->result == kernel::ResultKind::value ||
                    spec->result == kernel::ResultKind::none);
}

/// " (opened at server.c:12)"; empty where that is not known.
std::string origin_text(const Machine& machine, std::string_view what, const kernel::Origin& origin) {
    if (origin.program == 0 || origin.program > machine.programs->size()) return "";
    const vm::Program& program = machine.program(kernel::ProgramId{origin.program});
    const std::string place = vm::place_text(program, origin.file, origin.line);
    return place.empty() ? "" : std::string(what) + place;
}

std::string descriptor_text(const Machine& machine, const kernel::BadDescriptor& bad) {
    using Why = kernel::BadDescriptor::Why;
    const std::string name = "descriptor " + std::to_string(bad.fd);
    const std::string made = origin_text(machine, ", opened at ", bad.made);
    switch (bad.why) {
        case Why::never_opened:
            if (bad.fd < 0)
                return name +
                       " is what open(), pipe() and their like return when they fail: was that looked at?";
            return name + " was never opened in this process";
        case Why::closed:
            return name + made + (made.empty() ? "" : ",") + " was closed" +
                   origin_text(machine, " at ", bad.closed);
        case Why::not_readable:
        case Why::not_writable:
            break;
    }
    const bool is_pipe = machine.kernel.files[bad.file].is_pipe();
    const bool reads = bad.why == Why::not_readable;
    const std::string_view is = is_pipe ? (reads ? "is the write end of a pipe: it cannot be read from"
                                                 : "is the read end of a pipe: it cannot be written to")
                                        : (reads ? "is open for writing only" : "is open for reading only");
    return name + made + (made.empty() ? " " : ", ") + std::string(is);
}

/// One step of one task: a value with the few things that all its parts need.
class TaskStep {
  public:
    TaskStep(Machine& machine, const Choice& choice, Trace* trace, Begin begin, vm::StopAt stop_at,
             vm::Watch* watch)
        : m_(machine),
          k_(machine.kernel),
          choice_(choice),
          trace_(trace),
          begin_(begin),
          stop_at_(stop_at),
          watch_(watch) {}

    Step run() {
        look_up_self();
        IPCLAB_ASSERT(self_ && is_runnable(*self_));
        take_cpu();
        k_.watching.watcher = watch_;
        Step done = act();
        k_.watching.watcher = nullptr;
        done.is_mistaken = is_mistaken_;
        if (k_.has_cpu_timers) kernel::expire_cpu_timers(k_, task_, trace_);
        cpu().clock_ns = k_.now_ns;
        return done;
    }

  private:
    kernel::Cpu& cpu() { return k_.scheduler.cpus[static_cast<std::size_t>(choice_.cpu.value)]; }
    /// After whatever may have ended the task.
    void look_up_self() { self_ = k_.tasks.find_to_write(task_); }
    const kernel::Process& process() { return k_.processes[self_->process]; }
    const vm::Program& program() { return m_.program(process().program); }
    vm::Context& context() { return m_.contexts.write(task_); }
    kernel::UserMemory memory() { return {k_.spaces.write(process().space), k_.memory}; }

    kernel::SourceLine line(const vm::Program& running, const vm::Context& at) {
        if (!trace_) return {};
        return line_of(running, at);
    }
    /// Descriptors remember where they were made, whether anybody wants events or not.
    kernel::SourceLine line_of_call(std::uint64_t number, const vm::Program& running, const vm::Context& at) {
        const bool opens_or_closes = may_change_descriptors(number);
        if (!trace_ && !opens_or_closes) return {};
        const kernel::SourceLine source = line_of(running, at);
        if (opens_or_closes)
            k_.here = {static_cast<std::uint32_t>(process().program.value), source.file, source.line};
        return source;
    }
    /// Inside of certain functions of the library the events of calls say so (sim/trace/look_ups.h).
    struct LibraryMark {
        std::int32_t value = 0;
        std::size_t first_event = 0;
    };
    LibraryMark library_mark() const {
        if (!trace_) return {};
        return {trace::library_mark(called_function(m_, task_)), trace_->events.size()};
    }
    void mark(const LibraryMark& inside) {
        if (inside.value == 0) return;
        for (std::size_t i = inside.first_event; i < trace_->events.size(); ++i)
            if (Event& event = trace_->events[i]; event.kind == EventKind::syscall)
                event.other = inside.value;
    }
    static kernel::SourceLine line_of(const vm::Program& running, const vm::Context& at) {
        const vm::SourceSpan span = vm::current_span(running, at, true);
        return {span.file, span.line};
    }

    void spend(Time ns) {
        k_.now_ns += ns;
        if (!self_) return;
        kernel::count_run(k_, *self_, ns);
    }

    /// Puts the task on the CPU: ends the turn of whoever was there, pays for the switch.
    void take_cpu() {
        kernel::Cpu& here = cpu();
        k_.cpu = choice_.cpu;
        k_.now_ns = here.clock_ns;
        if (here.current == choice_.task) return kernel::renew_turn(k_, *self_);
        const Tid before = here.current;
        Tid came_from = here.last;
        if (before) {
            kernel::put_back(k_, here, kernel::PutBack::preempted);
            came_from = before;
        }
        // A task can be on one CPU only: a choice may move it.
        for (kernel::Cpu& other : k_.scheduler.cpus)
            if (other.current == choice_.task) {
                other.last = other.current;
                other.current = {};
            }
        if (self_->ready_since_ns > k_.now_ns) {
            k_.now_ns = self_->ready_since_ns + k_.costs.idle_wakeup_ns;  // the CPU was idle until then
            came_from = {};
        }
        if (here.last != choice_.task) k_.now_ns += k_.costs.context_switch_ns;
        here.current = here.last = choice_.task;
        self_->state = kernel::TaskState::running;
        self_->last_cpu = choice_.cpu;
        ++k_.scheduler.turns;
        if (!trace_) return;
        Event& event = trace_->append();
        event.time_ns = k_.now_ns;
        event.kind = EventKind::switched;
        event.cpu = static_cast<std::uint8_t>(choice_.cpu.value);
        event.task = came_from == choice_.task ? Tid{} : came_from;
        event.other = choice_.task.value;
        event.process = self_->process;
        event.result = before ? 1 : 0;
    }

    Step act() {
        if (begin_ == Begin::continued) return run_instructions(process());
        if (k_.timers.at_ns <= k_.now_ns) kernel::expire_timers(k_, trace_);
        if (self_->call) {
            Time cost = 0;
            const vm::Program& running = program();
            const kernel::SourceLine source =
                line_of_call(self_->call->number, running, *m_.contexts.find(task_));
            const std::uint64_t first_argument = self_->call->args[0];
            const LibraryMark inside = library_mark();
            kernel::Resumed resumed = kernel::resume_syscall(k_, task_, source, trace_, cost);
            mark(inside);
            look_up_self();
            spend(cost);
            if (self_) explain_mistake_in_call(k_.spaces[process().space]);
            explain_broken_pipe(resumed.outcome, first_argument, source);
            if (resumed.restart) return leave_if_gone({.end = Step::End::call, .instructions = 0});
            const bool sleeps_on = resumed.outcome.kind == kernel::Outcome::Kind::blocked;
            return finish_call(resumed.outcome, running, sleeps_on ? nullptr : &context(), 0);
        }
        const kernel::Process& mine = process();
        if (kernel::has_deliverable_signal(*self_, mine) || self_->saved_mask) return deliver_signal();
        return run_instructions(mine);
    }

    /// Whole nanoseconds; the rest counts next time, so that a step in parts takes as long as the whole.
    Time time_of_instructions(std::uint64_t count) {
        const Time ps = static_cast<Time>(count) * k_.costs.instruction_ps + cpu().rest_ps;
        cpu().rest_ps = ps % 1000;
        return ps / 1000;
    }

    Step run_instructions(const kernel::Process& mine) {
        const vm::Program& running = m_.program(mine.program);
        vm::Context& at = context();
        const kernel::UserMemory memory{k_.spaces.write(mine.space), k_.memory};
        const std::optional<vm::StoreOrder> order = store_order(mine);
        vm::Stop stop = vm::run(running, at, memory, std::max(choice_.budget, 1u), stop_at_, watch_,
                                order ? &*order : nullptr);
        spend(time_of_instructions(stop.instructions + stop.work) +
              static_cast<Time>(stop.pages_touched) * k_.costs.page_fault_ns);
        for (const vm::Mistake& mistake : stop.mistakes)
            explain(mistake.explanation, {mistake.place.file, mistake.place.line});
        switch (stop.why) {
            case vm::StopReason::budget:
                return {.end = Step::End::budget, .instructions = stop.instructions};
            case vm::StopReason::syscall:
                return call(stop.number, stop.args, running, at, memory.space, stop.instructions);
            case vm::StopReason::handler_returned:
                kernel::return_from_handler(k_, task_, stop.saved_mask, stop.signal, trace_);
                return {.end = Step::End::signal, .instructions = stop.instructions};
            case vm::StopReason::finished:  // a start function that returns ends its task, with its result
                return call(static_cast<std::uint64_t>(kernel::Sys::exit), {stop.result}, running, at,
                            memory.space, stop.instructions);
            case vm::StopReason::fault:
                return fault(*stop.fault, stop.instructions);
        }
        return {};
    }

    std::optional<vm::StoreOrder> store_order(const kernel::Process& mine) {
        if (!m_.buffered) return std::nullopt;
        const auto tasks = std::ranges::count_if(k_.tasks, [&](const auto& each) {
            return each.second->state != kernel::TaskState::zombie &&
                   k_.processes[each.second->process].space == mine.space;
        });
        return vm::StoreOrder{*m_.buffered, mine.space, tasks > 1, kStoreBuffer};
    }

    /// Before a call, a signal and the like.
    void drain_stores() {
        if (m_.buffered && !m_.contexts.find(task_)->stores.empty()) vm::drain(context().stores, memory());
    }

    Step call(std::uint64_t number, const std::array<std::uint64_t, 6>& args, const vm::Program& running,
              vm::Context& at, const kernel::AddressSpace& space, std::uint64_t instructions) {
        Time cost = 0;
        if (m_.reports_leaks && number == static_cast<std::uint64_t>(kernel::Sys::exit_group))
            explain_leaks(space);
        if (vm::drains_buffer(number)) drain_stores();
        const kernel::SourceLine source = line_of_call(number, running, at);
        const kernel::Pid pid = self_->process;
        if (self_->alternate_stack.bytes)
            self_->alternate_stack.stack_pointer = at.frames.back().stack_pointer;
        const LibraryMark inside = library_mark();
        const kernel::Outcome outcome = kernel::enter_syscall(k_, task_, number, args, source, trace_, cost);
        mark(inside);
        if (outcome.kind == kernel::Outcome::Kind::exited) look_up_self();
        if (outcome.kind == kernel::Outcome::Kind::executed) become_first(Tid{pid.value});
        spend(cost);
        if (outcome.kind == kernel::Outcome::Kind::done && outcome.value == kBadDescriptor)
            explain_bad_descriptor(number, args, running, at);
        explain_broken_pipe(outcome, args[0], source);
        // Both leave the memory that the call was made in behind.
        const bool has_left =
            outcome.kind == kernel::Outcome::Kind::executed || outcome.kind == kernel::Outcome::Kind::exited;
        if (!has_left) explain_mistake_in_call(space);
        return finish_call(outcome, running, &at, instructions);
    }

    /// `at`: the caller's context; not looked at where the call sleeps.
    Step finish_call(const kernel::Outcome& outcome, const vm::Program& running, vm::Context* at,
                     std::uint64_t instructions) {
        using Kind = kernel::Outcome::Kind;
        switch (outcome.kind) {
            case Kind::done:
                vm::complete_syscall(*at, running, outcome.value);
                break;
            case Kind::yielded:
                vm::complete_syscall(*at, running, outcome.value);
                kernel::put_back(k_, cpu(), kernel::PutBack::yields);
                break;
            case Kind::blocked:
                if (outcome.child) start_child(outcome, running);
                cpu().last = task_;
                cpu().current = {};
                name_futex();
                return {.end = Step::End::blocked, .instructions = instructions};
            case Kind::forked:
                start_child(outcome, running);
                vm::complete_syscall(*at, running, outcome.value);
                break;
            case Kind::executed:
                execute(*outcome.execution);
                break;
            case Kind::returned_from_handler:
                break;
            case Kind::exited:
                break;
        }
        return leave_if_gone({.end = Step::End::call, .instructions = instructions});
    }

    /// To the kernel a futex is an address: what the program calls it goes with the event.
    void name_futex() {
        if (!trace_ || trace_->events.empty()) return;
        const Event& event = trace_->events.back();
        if (event.kind != EventKind::blocked || event.task != task_ ||
            event.number != static_cast<std::uint16_t>(kernel::Sys::futex))
            return;
        if (const auto wait = futex_wait(m_, task_)) trace_->add_payload(kernel::kObjectNameItem, wait->what);
    }

    /// As fork(): a copy of the caller, whose call returns 0. On a stack of its own: a function that begins there.
    void start_child(const kernel::Outcome& outcome, const vm::Program& running) {
        const vm::Context& caller = *std::as_const(m_).contexts.find(task_);
        vm::Context fresh;
        if (outcome.start.stack == 0) {
            fresh = caller;
            vm::complete_syscall(fresh, running, 0);
        } else if (auto begun =
                       vm::start_thread(running, memory_of(k_, outcome.child), outcome.start.stack)) {
            fresh = std::move(*begun);
        } else {
            explain(
                "the new task cannot start: its stack does not begin with a function to call and its "
                "argument, as "
                "clone() and pthread_create() prepare it");
            fresh = caller;  // it never runs on
            kernel::raise_fault(k_, outcome.child, {.signal = kernel::kSigSegv, .code = 1}, trace_);
        }
        fresh.thread_pointer = outcome.start.thread_pointer.value_or(caller.thread_pointer);
        m_.contexts.insert(outcome.child, std::move(fresh));
    }

    void become_first(Tid first) {
        task_ = first;
        look_up_self();
    }

    void execute(const kernel::Execution& execution) {
        auto fresh =
            vm::load(m_.program(execution.program), memory(), execution.arguments, execution.environment);
        if (fresh)
            context() = std::move(*fresh);
        else  // execve(2): past the point of no return a failure kills the process
            kernel::raise_fault(k_, task_, {.signal = kernel::kSigKill}, trace_);
    }

    /// A buffer that the kernel read or wrote for the task, and that is too short or gone.
    void explain_mistake_in_call(const kernel::AddressSpace& space) {
        if (!space.has_complaint()) return;
        const kernel::BadAccess bad = *k_.spaces.write(process().space).take_complaint();
        if (!vm::is_first_report(program(), context(), vm::kind_of(bad))) return;
        explain(vm::explain_bad_access(program(), context(), space, k_.memory, bad));
    }

    void explain_bad_descriptor(std::uint64_t number, const std::array<std::uint64_t, 6>& args,
                                const vm::Program& running, vm::Context& at) {
        const auto bad = kernel::bad_descriptor(k_, self_->process, number, args);
        if (bad && vm::is_first_report(running, at, vm::MistakeKind::descriptor))
            explain(std::string(kernel::syscall_spec(number)->name) + "(): " + descriptor_text(m_, *bad));
    }

    /// SIGPIPE ends a process without a word; who catches or ignores it looks at the result.
    void explain_broken_pipe(const kernel::Outcome& outcome, std::uint64_t fd,
                             const kernel::SourceLine& source) {
        if (!trace_ || outcome.kind != kernel::Outcome::Kind::done) return;
        // Before anything was written the result is EPIPE, else the number of bytes: the signal comes either way.
        if (!self_ || (self_->pending.set & kernel::signal_bit(kernel::kSigPipe)) == 0) return;
        const kernel::Process& mine = process();
        if ((*mine.actions)[kernel::kSigPipe].handler != kernel::kSigDfl ||
            (self_->blocked_signals & kernel::signal_bit(kernel::kSigPipe)) != 0)
            return;
        const kernel::FdEntry* entry = mine.fds->find(static_cast<kernel::Fd>(fd));
        if (!entry || !k_.files[entry->file].is_pipe()) return;
        const kernel::PipeId pipe = k_.files[entry->file].pipe();
        if (!kernel::pipe_ends(k_, pipe, kernel::FileKind::pipe_read).empty()) return;
        const kernel::LastReader& last = k_.pipes[pipe].last_reader;
        const kernel::Process* reader = last.process ? k_.processes.find(last.process) : nullptr;
        std::string text = "nobody can read from this pipe any more";
        if (last.process == mine.pid)
            text += ": the process itself closed its last read end";
        else if (last.process)
            text += ": its last read end was closed by process " + std::to_string(last.process.value) +
                    (reader ? " (" + reader->name + ")" : "");
        if (last.process) text += origin_text(m_, " at ", last.closed);
        report(text + "; SIGPIPE ends this process", source);
    }

    void explain_leaks(const kernel::AddressSpace& space) {
        for (const vm::Leak& leak : vm::blocks_in_use(space, k_.memory))
            explain(leak.blocks == 1
                        ? "the block of " + std::to_string(leak.bytes) +
                              " bytes that was allocated here is never freed"
                        : std::to_string(leak.blocks) + " blocks (" + std::to_string(leak.bytes) +
                              " bytes) that were allocated here are never freed",
                    leak.place);
        constexpr std::size_t kStandard = 3;
        const auto& entries = process().fds->entries();
        const std::uint32_t own = static_cast<std::uint32_t>(process().program.value);
        for (std::size_t fd = kStandard; fd < entries.size(); ++fd)
            if (entries[fd].file && entries[fd].made.program == own && entries[fd].made.line != 0)
                explain("descriptor " + std::to_string(fd) + ", opened here, is never closed",
                        {entries[fd].made.file, entries[fd].made.line});
    }

    Step deliver_signal() {
        drain_stores();
        const vm::Program& running = program();
        auto handler = kernel::take_signal(k_, task_, trace_);
        look_up_self();
        if (handler) {
            spend(k_.costs.signal_ns);
            const bool wants_info = (handler->action.flags & kernel::kSaSigInfo) != 0;
            const bool pushed = vm::push_signal_handler(
                running, context(), memory(), handler->action.handler, handler->signal,
                wants_info ? siginfo_of(handler->info) : std::vector<std::uint8_t>{},
                handler->mask_to_restore, handler->stack);
            if (!pushed) {
                explain("the handler of " + std::string(kernel::signal_name(handler->signal)) +
                        " cannot be called: it is not a function, or the stack has no room for it");
                kernel::raise_fault(k_, task_, {.signal = kernel::kSigSegv, .code = 1}, trace_);
            }
        }
        return leave_if_gone({.end = Step::End::signal, .instructions = 0});
    }

    Step fault(const vm::FaultReport& report, std::uint64_t instructions) {
        explain(report.explanation);
        kernel::raise_fault(
            k_, task_, {.signal = report.signal, .code = report.code, .address = report.address}, trace_);
        return leave_if_gone({.end = Step::End::fault, .instructions = instructions});
    }

    void explain(const std::string& sentence) {
        explain(sentence, line(program(), *m_.contexts.find(task_)));
    }

    void explain(const std::string& sentence, const kernel::SourceLine& source) {
        is_mistaken_ = true;
        report(sentence, source);
    }

    /// What is no mistake by itself.
    void report(const std::string& sentence, const kernel::SourceLine& source) {
        add_sentence(k_, *self_, choice_.cpu, sentence, source, trace_);
    }

    /// After anything that may have ended or stopped tasks: drops the contexts of those that are gone, frees
    /// the CPUs of those that no longer run.
    Step leave_if_gone(Step done) {
        if (m_.contexts.size() != k_.tasks.size()) {
            std::vector<Tid> gone;
            for (const auto& [tid, context] : m_.contexts)
                if (!k_.tasks.contains(tid)) gone.push_back(tid);
            if (m_.buffered)
                for (const Tid tid : gone) drain_after_end(m_.contexts.write(tid).stores);
            for (Tid tid : gone) m_.contexts.erase(tid);
        }
        for (kernel::Cpu& each : k_.scheduler.cpus) {
            if (!each.current) continue;
            const kernel::Task* current = each.current == task_ ? self_ : k_.tasks.find(each.current);
            if (current && current->state == kernel::TaskState::running) continue;
            each.last = current ? each.current : Tid{};
            each.current = {};
        }
        if (!self_) done.end = Step::End::ended;
        return done;
    }

    /// Of a task that another one has ended. Its own address space may be gone; what others share of it is in objects.
    void drain_after_end(vm::StoreBuffer& stores) {
        kernel::AddressSpace none;
        vm::drain(stores, {none, k_.memory});
    }

    Machine& m_;
    Kernel& k_;
    const Choice& choice_;
    Tid task_ = choice_.task;       // whose step it is; execve makes a thread the first of its process
    kernel::Task* self_ = nullptr;  // null: it has ended
    Trace* trace_;
    Begin begin_;
    vm::StopAt stop_at_;
    vm::Watch* watch_;
    bool is_mistaken_ = false;
};

void set_all_clocks(Kernel& kernel, Time now) {
    kernel.now_ns = now;
    for (kernel::Cpu& cpu : kernel.scheduler.cpus) cpu.clock_ns = std::max(cpu.clock_ns, now);
}

/// The time of the world outside: that of the CPU which is furthest behind, or of the whole machine when it
/// is idle.
Time outside_time(const Kernel& kernel) {
    Time latest = 0, busy = kNever;
    for (const kernel::Cpu& cpu : kernel.scheduler.cpus) {
        latest = std::max(latest, cpu.clock_ns);
        if (cpu.current) busy = std::min(busy, cpu.clock_ns);
    }
    return busy == kNever ? latest : busy;
}

bool waits_for_input(const Kernel& kernel, const kernel::Task& task) {
    if (task.state != kernel::TaskState::blocked) return false;
    return std::any_of(task.waits.begin(), task.waits.end(), [&](const kernel::WaitPoint& point) {
        return point.object == kernel::ref(kernel::standard_stream(0)) &&
               point.what == kernel::WaitFor::readable &&
               !kernel.streams[kernel::standard_stream(0)].input_ended;
    });
}

}  // namespace

Choice Choice::advance_time() {
    Choice choice;
    choice.kind = Kind::advance_time;
    return choice;
}

Choice Choice::input(std::string bytes) {
    Choice choice;
    choice.kind = Kind::input;
    choice.bytes = std::move(bytes);
    return choice;
}

Choice Choice::wake_spuriously(Tid task) {
    Choice choice;
    choice.kind = Kind::wake;
    choice.task = task;
    return choice;
}

Choice Choice::drain(Tid task) {
    Choice choice;
    choice.kind = Kind::drain;
    choice.task = task;
    return choice;
}

Choice Choice::fail(Tid task) {
    Choice choice;
    choice.kind = Kind::fail;
    choice.task = task;
    return choice;
}

Choice Choice::send_signal(kernel::Pid process, int signal) {
    Choice choice;
    choice.kind = Kind::signal;
    choice.process = process;
    choice.signal = signal;
    return choice;
}

Choice Choice::decide_packet(kernel::PacketId packet, kernel::PacketFate fate) {
    Choice choice;
    choice.kind = Kind::packet;
    choice.packet = packet;
    choice.fate = fate;
    return choice;
}

bool has_waiting_stores(const Machine& machine, Tid task) {
    const vm::Context* context = machine.contexts.find(task);
    return context && !context->stores.empty();
}

const vm::Program& Machine::program_of(Tid task) const {
    return program(kernel.processes[kernel.tasks[task].process].program);
}

Step step(Machine& machine, const Choice& choice, Trace* trace, Begin begin, vm::StopAt stop_at,
          vm::Watch* watch) {
    Kernel& kernel = machine.kernel;
    switch (choice.kind) {
        case Choice::Kind::run:
            return TaskStep(machine, choice, trace, begin, stop_at, watch).run();
        case Choice::Kind::advance_time: {
            const Time deadline = kernel::next_deadline(kernel);
            IPCLAB_ASSERT(deadline != kNever);
            set_all_clocks(kernel, std::max(deadline, outside_time(kernel)));
            kernel::expire_next(kernel, trace);
            return {};
        }
        case Choice::Kind::input:
            kernel.now_ns = outside_time(kernel);
            kernel::feed_input(kernel, kernel::standard_stream(0), choice.bytes, trace);
            return {};
        case Choice::Kind::packet:
            kernel::decide(kernel, choice.packet, choice.fate, trace);
            return {};
        case Choice::Kind::wake:
            kernel.now_ns = outside_time(kernel);
            kernel::wake_spuriously(kernel, choice.task, trace);
            return {};
        case Choice::Kind::drain:
            IPCLAB_ASSERT(has_waiting_stores(machine, choice.task));
            vm::drain_one(machine.contexts.write(choice.task).stores, memory_of(kernel, choice.task));
            return {};
        case Choice::Kind::fail:
            if (!machine.contexts.contains(choice.task)) return {};
            machine.contexts.write(choice.task).next_fails = true;
            add_sentence(kernel, kernel.tasks[choice.task], choice.cpu, refusal_text(machine, choice.task),
                         source_line(machine, choice.task), trace);
            return {};
        case Choice::Kind::signal:
            kernel.now_ns = outside_time(kernel);
            // A process that has ended meanwhile gets nothing, as with kill(1).
            static_cast<void>(kernel::send_from_outside(kernel, choice.process, choice.signal, trace).ok());
            return {};
    }
    return {};
}

bool can_run(const Machine& machine, Tid task) {
    const kernel::Task* found = machine.kernel.tasks.find(task);
    return found && is_runnable(*found);
}

std::vector<Tid> runnable(const Machine& machine) {
    std::vector<Tid> found;
    for (const auto& [tid, task] : machine.kernel.tasks)
        if (is_runnable(*task)) found.push_back(tid);
    return found;
}

Rest rest(const Machine& machine) {
    const Kernel& kernel = machine.kernel;
    if (kernel.tasks.empty()) return Rest::finished;
    bool input = false, all_stopped = true;
    for (const auto& [tid, task] : kernel.tasks) {
        if (is_runnable(*task)) return Rest::moving;
        input = input || waits_for_input(kernel, *task);
        all_stopped = all_stopped && task->state == kernel::TaskState::stopped;
    }
    if (kernel::next_deadline(kernel) != kNever) return Rest::moving;
    if (input) return Rest::wants_input;
    return all_stopped ? Rest::stopped : Rest::stuck;
}

Outcome outcome(const Machine& machine) {
    const Kernel& kernel = machine.kernel;
    auto output = [&](int descriptor) {
        return kernel.memory[kernel.streams[kernel::standard_stream(descriptor)].output].text();
    };
    return {output(1), output(2), kernel.first_wait_status.value_or(-1)};
}

std::string ending_text(std::int32_t wait_status) {
    const int signal = wait_status & 0x7f;
    return signal == 0 ? "exit status " + std::to_string(wait_status >> 8 & 0xff)
                       : "killed by " + std::string(kernel::signal_name(signal));
}

std::string open_ends(const Machine& machine, const kernel::Task& task) {
    constexpr std::size_t kMost = 3;
    const kernel::Kernel& kernel = machine.kernel;
    std::string text;
    std::size_t count = 0;
    for (const kernel::WaitPoint& point : task.waits) {
        const bool reads = point.what == kernel::WaitFor::readable;
        if (point.object.kind != kernel::ObjectKind::pipe) continue;
        if (!reads && point.what != kernel::WaitFor::writable) continue;
        const auto end = reads ? kernel::FileKind::pipe_write : kernel::FileKind::pipe_read;
        for (const kernel::FileId file : kernel::pipe_ends(kernel, kernel::PipeId{point.object.id}, end))
            for (const kernel::Holder& holder : kernel::holders(kernel, file)) {
                const kernel::Process& process = kernel.processes[holder.process];
                const kernel::Origin made = process.fds->entries()[static_cast<std::size_t>(holder.fd)].made;
                if (++count > kMost) return text + ", ...";
                text += count > 1 ? ", "
                        : reads   ? "; its write end is open as "
                                  : "; its read end is open as ";
                text += "descriptor " + std::to_string(holder.fd) + " of " +
                        (holder.process == task.process
                             ? "the process itself"
                             : process.name + " (" + std::to_string(holder.process.value) + ")") +
                        origin_text(machine, ", made at ", made);
            }
    }
    return text;
}

std::vector<std::string> default_environment() {
    return {"HOME=/home/student", "LANG=C",        "LOGNAME=student", "PATH=/bin",
            "PWD=/home/student",  "SHELL=/bin/sh", "TERM=xterm",      "USER=student"};
}

Machine make_machine(ProgramSet programs, std::size_t first, const MachineOptions& options, Trace* trace) {
    kernel::BootOptions boot = options.boot;
    for (std::size_t i = 0; i < programs.size(); ++i)
        boot.executables.push_back({programs[i]->name, kernel::ProgramId{static_cast<std::int64_t>(i) + 1}});
    Machine machine;
    machine.kernel = kernel::boot(boot);
    if (options.quantum_ns > 0) machine.kernel.scheduler.quantum_ns = options.quantum_ns;
    const kernel::ProgramId id{static_cast<std::int64_t>(first) + 1};
    const std::string name = programs[first]->name;
    machine.programs = std::make_shared<const ProgramSet>(std::move(programs));
    machine.buffered = options.buffered;
    const Tid task = kernel::spawn_first(machine.kernel, name, id, trace);
    auto context = vm::load(machine.program_of(task), memory_of(machine.kernel, task),
                            options.arguments.empty() ? std::vector{name} : options.arguments,
                            options.environment.empty() ? default_environment() : options.environment);
    if (context) {
        machine.contexts.insert(task, std::move(*context));
    } else {
        machine.contexts.insert(task, vm::Context{});
        kernel::raise_fault(machine.kernel, task, {.signal = kernel::kSigKill}, trace);
    }
    return machine;
}

kernel::SourceLine source_line(const Machine& machine, Tid task) {
    const vm::Context* context = machine.contexts.find(task);
    if (!context || context->frames.empty()) return {};
    const vm::SourceSpan span = vm::current_span(machine.program_of(task), *context, true);
    return {span.file, span.line};
}

}  // namespace ipclab::engine
