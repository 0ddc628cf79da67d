#include "visualizer/model/stage.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/signal_state.h"
#include "kernel/syscalls.h"
#include "sim/engine/waits.h"
#include "sim/vm/interpreter.h"
#include "visualizer/model/text.h"

namespace ipclab::visualizer {

using kernel::Fd;
using kernel::File;
using kernel::FileKind;
using kernel::Kernel;
using kernel::Pid;
using kernel::PipeId;
using kernel::Process;
using kernel::Task;
using kernel::TaskState;
using kernel::Tid;

std::string_view state_word(TaskState state) {
    switch (state) {
        case TaskState::ready:
            return "ready";
        case TaskState::running:
            return "running";
        case TaskState::blocked:
            return "blocked";
        case TaskState::stopped:
            return "stopped";
        case TaskState::zombie:
            return "zombie";
    }
    return "?";
}

std::string end_text(std::int32_t wait_status) {
    // waitpid(2): the low seven bits hold the signal, the next byte the exit status.
    const int signal = wait_status & 0x7f;
    if (signal == 0) return fmt::format("exited with status {}", (wait_status >> 8) & 0xff);
    return fmt::format("killed by {}{}", kernel::signal_name(signal),
                       wait_status & 0x80 ? " (core dumped)" : "");
}

namespace {

/// The descriptor that a sleeping call names, -1 where it names none.
Fd waited_descriptor(const Task& task) {
    if (task.state != TaskState::blocked || !task.call) return -1;
    const kernel::SyscallSpec* spec = kernel::syscall_spec(task.call->number);
    if (!spec || spec->argument_count == 0 || spec->args[0].kind != kernel::ArgKind::fd) return -1;
    return static_cast<Fd>(task.call->args[0]);
}

bool belongs_to(const FdRow& row, const FdRow& next) {
    return row.last + 1 == next.first && row.object == next.object && row.end == next.end &&
           row.end == PipeEnd::none && row.close_on_exec == next.close_on_exec && !row.is_waited_on &&
           !next.is_waited_on;
}

std::vector<FdRow> fd_rows(const Kernel& kernel, const Process& process, const std::vector<Fd>& waited) {
    std::vector<FdRow> rows;
    const auto& entries = process.fds->entries();
    for (std::size_t fd = 0; fd < entries.size(); ++fd) {
        const File* file = entries[fd].file ? kernel.files.find(entries[fd].file) : nullptr;
        if (!file) continue;
        FdRow row;
        row.first = row.last = static_cast<Fd>(fd);
        row.direction = !file->readable()   ? Direction::out
                        : !file->writable() ? Direction::in
                                            : Direction::both;
        row.object = printable(kernel::describe(kernel, kernel::object_of(*file)));
        row.end = file->kind == FileKind::pipe_read    ? PipeEnd::read
                  : file->kind == FileKind::pipe_write ? PipeEnd::write
                                                       : PipeEnd::none;
        if (file->is_pipe()) row.pipe = file->pipe();
        row.close_on_exec = entries[fd].close_on_exec;
        row.is_waited_on = std::ranges::find(waited, row.first) != waited.end();
        if (!rows.empty() && belongs_to(rows.back(), row)) {
            rows.back().last = row.last;
            if (rows.back().direction != row.direction) rows.back().direction = Direction::both;
        } else {
            rows.push_back(std::move(row));
        }
    }
    for (FdRow& row : rows)
        row.numbers =
            row.first == row.last ? fmt::format("{}", row.first) : fmt::format("{}-{}", row.first, row.last);
    return rows;
}

TaskRow task_row(const engine::Machine& machine, const Task& task, const Process& process) {
    TaskRow row;
    row.tid = task.tid;
    row.state = task.state;
    row.state_text = state_word(task.state);
    if (task.state == TaskState::blocked) row.why = printable(engine::describe_wait(machine, task.tid));
    if (task.state == TaskState::zombie && !process.is_zombie)
        row.why = "has ended; other threads go on";
    else if (task.state == TaskState::zombie)
        row.why = end_text(process.wait_status) +
                  (process.parent == kernel::kInit
                       ? ""
                       : fmt::format("; waits for {} to collect it", process.parent.value));
    if (task.state == TaskState::stopped)
        row.why =
            process.stop_signal ? fmt::format("stopped by {}", kernel::signal_name(process.stop_signal)) : "";
    const vm::Context* context = machine.contexts.find(task.tid);
    if (task.state == TaskState::zombie || !context || context->frames.empty()) return row;
    const vm::Program& program = machine.program_of(task.tid);
    const int depth = vm::user_frame(program, *context);
    const vm::SourceSpan span = vm::current_span(program, *context, true);
    if (depth >= 0 && span.line > 0)
        row.where = fmt::format(
            "{}(), line {}",
            program.functions[context->frames[static_cast<std::size_t>(depth)].function].name, span.line);
    else if (context->frames.size() > 1)
        row.where = fmt::format("in {}()", program.functions[context->frames[1].function].name);
    else
        row.where = "before main()";
    return row;
}

/// Of several threads the one that runs, or ran last on some CPU.
Tid focus_of(const Kernel& kernel, const Card& card) {
    const auto is_mine = [&](Tid tid) {
        return std::ranges::find(card.tasks, tid, &TaskRow::tid) != card.tasks.end();
    };
    for (const kernel::Cpu& cpu : kernel.scheduler.cpus)
        if (cpu.current && is_mine(cpu.current)) return cpu.current;
    for (const kernel::Cpu& cpu : kernel.scheduler.cpus)
        if (cpu.last && is_mine(cpu.last)) return cpu.last;
    return card.tasks.front().tid;
}

void add_locals(const engine::Machine& machine, Card& card) {
    const Tid tid = card.focus = focus_of(machine.kernel, card);
    const vm::Context* context = machine.contexts.find(tid);
    const kernel::AddressSpace* space = nullptr;
    if (const Process* process = machine.kernel.processes.find(card.pid))
        space = machine.kernel.spaces.find(process->space);
    if (!context || !space || context->frames.empty()) return;
    const vm::Program& program = machine.program_of(tid);
    const int depth = vm::user_frame(program, *context);
    if (depth < 0) return;
    const auto frame = static_cast<std::size_t>(depth);
    card.frame = program.functions[context->frames[frame].function].name;
    for (vm::VariableValue& v : vm::variables(program, *context, *space, machine.kernel.memory, frame))
        card.locals.push_back({std::move(v.name), std::move(v.type), printable(v.value), v.is_parameter});
}

std::vector<EndHolder> end_holders(const Kernel& kernel, PipeId pipe, FileKind end) {
    const auto what = end == FileKind::pipe_read ? kernel::WaitFor::readable : kernel::WaitFor::writable;
    const std::vector<Tid> waiting = kernel::waiters(kernel, ref(pipe), what);
    std::vector<EndHolder> found;
    for (const kernel::FileId file : kernel::pipe_ends(kernel, pipe, end)) {
        for (const kernel::Holder& holder : kernel::holders(kernel, file)) {
            const bool is_waiting = std::ranges::any_of(waiting, [&](Tid tid) {
                const Task& task = kernel.tasks[tid];
                const Fd fd = waited_descriptor(task);
                return task.process == holder.process && (fd == holder.fd || fd < 0);
            });
            found.push_back({holder.process, holder.fd, is_waiting});
        }
        // Whoever waits in open() for the other end has this one already.
        for (const auto& [tid, task] : kernel.tasks)
            if (task->opening.file == file) found.push_back({task->process, task->opening.fd, true});
    }
    std::ranges::sort(found, {}, [](const EndHolder& h) { return std::pair(h.process, h.fd); });
    return found;
}

PipePicture pipe_picture(const Kernel& kernel, PipeId id, const kernel::Pipe& pipe) {
    PipePicture picture;
    picture.id = id;
    picture.title = kernel::describe(kernel, ref(id));
    picture.capacity_slots = pipe.capacity_slots;
    picture.slot_bytes = pipe.slot_bytes;
    picture.size_bytes = pipe.size_bytes();
    picture.capacity_bytes = pipe.capacity_bytes();
    picture.read_position = pipe.bytes_read;
    picture.write_position = pipe.bytes_written;
    for (const auto& cow : pipe.slots) {
        const kernel::PipeSlot& slot = *cow;
        SlotPicture shown;
        shown.is_packet = slot.is_packet;
        const auto held = static_cast<std::uint32_t>(slot.bytes.size());
        // What lies in a fragment has others' bytes before it.
        shown.consumed = slot.used > held && !slot.fragment.task ? slot.used - held : 0;
        shown.whole_bytes = std::max(pipe.slot_bytes, shown.consumed + held);
        for (const kernel::PipeRun& run : slot.runs) shown.runs.push_back({run.bytes, run.writer});
        shown.front = slot.bytes.substr(0, kSlotFrontBytes);
        picture.slots.push_back(std::move(shown));

        std::uint32_t left =
            static_cast<std::uint32_t>(std::min<std::size_t>(kFrontBytes - picture.front.size(), held));
        picture.front += slot.bytes.substr(0, left);
        for (const kernel::PipeRun& run : slot.runs) {
            const std::uint32_t bytes = std::min(left, run.bytes);
            if (bytes == 0) break;
            left -= bytes;
            if (!picture.front_runs.empty() && picture.front_runs.back().writer == run.writer)
                picture.front_runs.back().bytes += bytes;
            else
                picture.front_runs.push_back({bytes, run.writer});
        }
    }
    picture.readers = end_holders(kernel, id, FileKind::pipe_read);
    picture.writers = end_holders(kernel, id, FileKind::pipe_write);
    picture.is_empty = picture.size_bytes == 0;
    // pipe(7): a write finds room only in a free slot or, by merging, in the rest of the last page.
    picture.is_full =
        pipe.is_full() && (pipe.slots.back()->is_shared || pipe.slots.back()->used >= pipe.slot_bytes);
    return picture;
}

/// Calls the pipes as a person counts them, wherever a text names one.
void name_pipes(Stage& stage, const PipeIndex& pipes) {
    for (PipePicture& pipe : stage.pipes) pipe.title = pipes.familiar(pipe.title);
    for (Card& card : stage.cards) {
        for (TaskRow& task : card.tasks) task.why = pipes.familiar(task.why);
        for (FdRow& row : card.fds)
            if (row.pipe) row.object = pipes.familiar(row.object);
    }
}

}  // namespace

Stage build_stage(const engine::Machine& machine, const PipeIndex* pipes) {
    const Kernel& kernel = machine.kernel;
    Stage stage;
    for (const auto& [pid, process] : kernel.processes) {
        if (pid == kernel::kInit) continue;
        Card card;
        card.pid = pid;
        card.parent = process->parent;
        card.name = printable(process->name);
        card.is_zombie = process->is_zombie;
        std::vector<Fd> waited;
        for (const auto& [tid, task] : kernel.tasks) {
            if (task->process != pid) continue;
            card.tasks.push_back(task_row(machine, *task, *process));
            if (const Fd fd = waited_descriptor(*task); fd >= 0) waited.push_back(fd);
        }
        if (card.tasks.empty()) {
            card.tasks.push_back({.tid = Tid{pid.value},
                                  .state = TaskState::zombie,
                                  .state_text = "zombie",
                                  .why = end_text(process->wait_status),
                                  .where = {}});
        }
        card.fds = fd_rows(kernel, *process, waited);
        if (!process->is_zombie) add_locals(machine, card);
        stage.cards.push_back(std::move(card));
    }
    for (const auto& [id, pipe] : kernel.pipes) stage.pipes.push_back(pipe_picture(kernel, id, *pipe));
    stage.objects = store_buffer_pictures(machine);
    std::ranges::move(lock_pictures(machine), std::back_inserter(stage.objects));
    std::ranges::move(object_pictures(kernel), std::back_inserter(stage.objects));
    if (pipes) name_pipes(stage, *pipes);
    for (std::size_t c = 0; c < stage.cards.size(); ++c) {
        for (std::size_t r = 0; r < stage.cards[c].fds.size(); ++r) {
            const FdRow& row = stage.cards[c].fds[r];
            if (row.end == PipeEnd::none) continue;
            for (std::size_t p = 0; p < stage.pipes.size(); ++p)
                if (stage.pipes[p].id == row.pipe)
                    stage.links.push_back({c, r, p, row.end, row.is_waited_on});
        }
    }
    return stage;
}

}  // namespace ipclab::visualizer
