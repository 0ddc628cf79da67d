#include "sim/lesson/terminal.h"
#include "sim/lesson/goal.h"

#include <algorithm>
#include <istream>
#include <ostream>

#include "kernel/epoll.h"
#include "sim/engine/waits.h"
#include "sim/trace/decode.h"
#include "sim/trace/format.h"

namespace ipclab::lesson {
namespace {

class Show {
  public:
    Show(const Lesson& lesson, std::ostream& out, const TerminalOptions& options)
        : lesson_(lesson), out_(out), options_(options) {}

    void narration(const Document& document) {
        if (!document.empty()) out_ << render(document, options_.width, options_.colour) << "\n";
    }

    void title(const std::string& text) {
        const std::size_t bar = std::min<std::size_t>(options_.width, 78);
        std::string line(bar, '-');
        out_ << style("\033[2m", line) << "\n" << style("\033[1m", text) << "\n\n";
    }

    void paragraph(const std::string& text) { narration({text_block(text)}); }

    std::string style(std::string_view code, const std::string& text) const {
        return options_.colour ? std::string(code) + text + "\033[0m" : text;
    }

    void question(const Prediction& predict) {
        Document asked{text_block(predict.question)};
        asked[0].spans.insert(asked[0].spans.begin(), Span{"Predict: ", true, false, false, {}});
        out_ << render(asked, options_.width, options_.colour);
        for (std::size_t i = 0; i < predict.choices.size(); i++) {
            Document item{text_block(predict.choices[i])};
            std::string text = render(item, options_.width - 6, false);
            for (std::size_t at = 0; (at = text.find('\n', at)) + 1 < text.size(); at += 7)
                text.insert(at + 1, "      ");
            out_ << "  " << letter(i) << ")  " << text;
        }
    }

    void answer(const Prediction& predict, std::optional<std::size_t> given) {
        const std::string right =
            std::string(1, letter(predict.answer)) + ") " + predict.choices[predict.answer];
        if (given) {
            out_ << (*given == predict.answer ? style("\033[32m", "Right: ")
                                              : style("\033[31m", "No. It is "))
                 << right << "\n";
        } else {
            out_ << "It is " << right << "\n";
        }
        if (!predict.why.empty()) paragraph(predict.why);
    }

    static char letter(std::size_t index) {
        return static_cast<char>('a' + std::min<std::size_t>(index, 25));
    }

    /// The system calls, signals, forks and ends of a step; the last ones where they are many.
    void calls(const LessonStep& step, const engine::Timeline& timeline, const StepResult& result) {
        trace::FormatOptions format;
        format.with_time = false;
        trace::Printer printer(format);
        std::vector<std::string> lines;
        const kernel::Trace& trace = timeline.trace();
        for (std::size_t i = 0; i < result.last_event; i++) {
            std::string text;
            printer.print(trace, trace.events[i], text);
            if (i >= result.first_event && !text.empty()) lines.push_back(std::move(text));
        }
        if (lines.empty()) return;
        const std::size_t skipped =
            lines.size() > options_.calls_shown ? lines.size() - options_.calls_shown : 0;
        const Cast cast = cast_at(lesson_.setups[step.setup], timeline);
        std::string who;
        for (const Cast::Member& member : cast.members()) {
            who += (who.empty() ? "" : ", ") + std::to_string(member.pid.value) + " is " + name(cast, member);
        }
        out_ << "What happened (" << who << "):\n";
        if (skipped > 0)
            out_ << style("\033[2m", "  ... " + std::to_string(skipped) +
                                         (skipped == 1 ? " line" : " lines") + " before these")
                 << "\n";
        for (std::size_t i = skipped; i < lines.size(); i++) out_ << "  " << cast.familiar(lines[i]);
        out_ << "\n";
    }

    void looks(const LessonStep& step, const engine::Timeline& timeline) {
        const Cast cast = cast_at(lesson_.setups[step.setup], timeline);
        const kernel::Kernel& kernel = timeline.machine().kernel;
        bool stage = false;
        for (const Condition& look : step.look) stage = stage || look.kind == SentenceKind::look_stage;
        if (step.look.empty() || stage) {
            for (const Cast::Member& member : cast.members()) process(cast, member, timeline.machine());
        }
        for (const Condition& look : step.look) {
            const Cast::Member* member = cast.find(look.process);
            switch (look.kind) {
                case SentenceKind::look_process:
                    if (member != nullptr && !stage) process(cast, *member, timeline.machine());
                    break;
                case SentenceKind::look_object:
                    object(cast, look, kernel);
                    break;
                case SentenceKind::look_line:
                    source(look, timeline.machine());
                    break;
                case SentenceKind::look_output:
                    output(timeline.machine());
                    break;
                case SentenceKind::look_variable:
                    variable(cast, look, timeline.machine());
                    break;
                case SentenceKind::look_fd:
                    descriptor(cast, look, kernel);
                    break;
                default:
                    break;
            }
        }
    }

    void checks(const StepResult& result) {
        if (!result.reached)
            out_ << style("\033[31m", "This step did not come to where it should: ") << result.problem
                 << "\n";
        for (const Checked& one : result.checked) {
            if (one.verdict.holds) {
                out_ << style("\033[32m", "  ok  ") << one.expectation->condition.text << "\n";
            } else {
                out_ << style("\033[31m", "  NOT ") << one.expectation->condition.text << " (line "
                     << one.expectation->line << " of lesson.md): " << one.verdict.found << "\n";
            }
        }
        if (!result.checked.empty() || !result.reached) out_ << "\n";
    }

  private:
    static Block text_block(const std::string& text) {
        Document parsed = parse_markdown(text);
        return parsed.empty() ? Block{} : parsed[0];
    }

    static std::string name(const Cast& cast, const Cast::Member& member) {
        const std::string title = cast.title(member.pid);
        return member.program.empty() || title == member.program ? title
                                                                 : title + " (" + member.program + ")";
    }

    void process(const Cast& cast, const Cast::Member& member, const engine::Machine& machine) {
        const kernel::Process* process = machine.kernel.processes.find(member.pid);
        std::string state = "gone";
        if (process != nullptr && process->is_zombie)
            state = "a zombie: it has ended, and nobody has waited for it yet";
        if (process != nullptr && !process->is_zombie) {
            const kernel::Tid task(member.pid.value);
            const kernel::Task* main = machine.kernel.tasks.find(task);
            if (main != nullptr) state = cast.familiar(state_of(machine, *main));
        }
        out_ << "  " << style("\033[1m", name(cast, member)) << ": " << state << "\n";
    }

    static std::string state_of(const engine::Machine& machine, const kernel::Task& task) {
        const kernel::SourceLine at = engine::source_line(machine, task.tid);
        const std::string line = at.line > 0 ? ", line " + std::to_string(at.line) : "";
        switch (task.state) {
            case kernel::TaskState::ready:
                return "ready" + line;
            case kernel::TaskState::running:
                return "running" + line;
            case kernel::TaskState::blocked:
                return engine::describe_wait(machine, task.tid) + line;
            case kernel::TaskState::stopped:
                return "stopped" + line;
            case kernel::TaskState::zombie:
                return "ended";
        }
        return {};
    }

    void object(const Cast& cast, const Condition& look, const kernel::Kernel& kernel) {
        const kernel::ObjectRef what = cast.find(*look.object);
        out_ << "  " << style("\033[1m", text_of(*look.object)) << ": ";
        switch (what.kind) {
            case kernel::ObjectKind::none:
                out_ << "not made yet\n";
                break;
            case kernel::ObjectKind::message_queue:
                queue(kernel.sysv.queues.find(kernel::MessageQueueId{what.id}));
                break;
            case kernel::ObjectKind::semaphore_set:
                semaphores(kernel.sysv.semaphores.find(kernel::SemaphoreSetId{what.id}));
                break;
            case kernel::ObjectKind::segment:
                segment(kernel, kernel.sysv.segments.find(kernel::SegmentId{what.id}));
                break;
            case kernel::ObjectKind::eventfd:
                counter(kernel.event_fds->counters.find(kernel::EventfdId{what.id}));
                break;
            case kernel::ObjectKind::timerfd:
                timer(kernel, kernel.event_fds->timers.find(kernel::TimerfdId{what.id}));
                break;
            case kernel::ObjectKind::epoll:
                epoll(kernel, kernel.event_fds->epolls.find(kernel::EpollId{what.id}));
                break;
            case kernel::ObjectKind::socket:
                socket(kernel.sockets.find(kernel::SocketId{what.id}));
                break;
            case kernel::ObjectKind::terminal:
                pseudo_terminal(kernel, kernel.terminals.find(kernel::TerminalId{what.id}));
                break;
            case kernel::ObjectKind::posix_queue:
                posix_queue(kernel.posix_queues.find(kernel::PosixQueueId{what.id}));
                break;
            default:
                pipe(cast, kernel::PipeId(what.id), kernel);
                break;
        }
    }

    void queue(const kernel::MessageQueue* found) {
        if (!found) return gone();
        out_ << found->messages.size() << (found->messages.size() == 1 ? " message, " : " messages, ")
             << found->bytes() << " of " << found->capacity_bytes << " bytes\n";
        messages(found->messages,
                 [](const kernel::Message& message) { return "type " + std::to_string(message.type); });
    }

    void posix_queue(const kernel::PosixQueue* found) {
        if (!found) return gone();
        out_ << found->messages.size() << " of " << found->most_messages << " messages\n";
        messages(found->messages, [](const kernel::PosixMessage& message) {
            return "priority " + std::to_string(message.priority);
        });
    }

    void pseudo_terminal(const kernel::Kernel& kernel, const kernel::Terminal* found) {
        if (!found) return gone();
        if (found->is_hung_up)
            out_ << "hung up";
        else if (found->foreground_group)
            out_ << "group " << found->foreground_group.value << " is in the foreground";
        else
            out_ << "nobody is in the foreground";
        out_ << "\n";
        for (const auto& [pid, process] : kernel.processes)
            if (process->group == found->foreground_group && process->session == found->session)
                out_ << "    " << process->name << " (" << pid.value << ")\n";
        if (found->input.empty()) return;
        std::string text;
        trace::append_quoted(
            text, {reinterpret_cast<const std::uint8_t*>(found->input.data()), found->input.size()},
            found->input.size(), 48);
        out_ << "    typed: " << text << "\n";
    }

    template <class Message, class Label>
    void messages(const std::vector<kernel::Cow<Message>>& all, Label label) {
        constexpr std::size_t kShown = 8;
        for (std::size_t i = 0; i < all.size() && i < kShown; ++i) {
            const std::string& bytes = all[i]->bytes;
            std::string text;
            trace::append_quoted(text, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                                 bytes.size(), 48);
            out_ << "    " << label(*all[i]) << ": " << text << "\n";
        }
        if (all.size() > kShown) out_ << "    ...\n";
    }

    void semaphores(const kernel::SemaphoreSet* found) {
        if (!found) return gone();
        out_ << (found->semaphores.size() == 1 ? "value" : "values");
        for (const kernel::Semaphore& each : found->semaphores) out_ << " " << each.value;
        out_ << "\n";
    }

    void segment(const kernel::Kernel& kernel, const kernel::Segment* found) {
        if (!found) return gone();
        const std::uint64_t attached = kernel::attachments(kernel, *found);
        const bool is_going = (found->permissions.mode & kernel::Segment::kDestroyed) != 0;
        out_ << found->bytes << " bytes, " << attached << (attached == 1 ? " attachment" : " attachments")
             << (is_going ? ", to go with the last" : "") << "\n";
    }

    void counter(const kernel::EventCounter* found) {
        if (!found) return gone();
        out_ << "value " << found->value << (found->is_semaphore ? ", a semaphore" : "") << "\n";
    }

    void timer(const kernel::Kernel& kernel, const kernel::DescriptorTimer* found) {
        if (!found) return gone();
        out_ << "value " << found->ticks;
        if (found->is_armed) {
            std::string left;
            trace::append_seconds(left, found->due_ns - kernel.now_ns);
            out_ << ", expires in " << left << " s";
        }
        out_ << "\n";
    }

    void epoll(const kernel::Kernel& kernel, const kernel::Epoll* found) {
        if (!found) return gone();
        out_ << found->interests.size() << (found->interests.size() == 1 ? " descriptor, " : " descriptors, ")
             << found->ready.size() << " on the ready list\n";
        for (const kernel::Cow<kernel::Interest>& each : found->interests)
            out_ << "    fd " << each->key.fd << ": " << kernel::describe_interest(kernel, *found, *each)
                 << "\n";
    }

    void socket(const kernel::Socket* found) {
        if (!found) return gone();
        if (found->state == kernel::SocketState::listening) {
            out_ << "listening, " << found->backlog.size() << " to be accepted\n";
            return;
        }
        out_ << (found->state == kernel::SocketState::connected ? "connected" : "not connected") << ", "
             << found->queued_bytes() << " bytes to be read\n";
        constexpr std::size_t kShown = 8;
        for (std::size_t i = 0; i < found->queue.size() && i < kShown; ++i) {
            const kernel::Packet& packet = *found->queue[i];
            std::string text;
            trace::append_quoted(
                text,
                {reinterpret_cast<const std::uint8_t*>(packet.bytes.data()) + packet.read_bytes,
                 packet.left_bytes()},
                packet.left_bytes(), 48);
            out_ << "    " << text;
            if (!packet.rights.empty()) out_ << " with " << packet.rights.size() << " open files";
            out_ << "\n";
        }
        if (found->queue.size() > kShown) out_ << "    ...\n";
    }

    void gone() { out_ << "gone\n"; }

    void pipe(const Cast& cast, kernel::PipeId id, const kernel::Kernel& kernel) {
        const kernel::Pipe* found = kernel.pipes.find(id);
        if (found == nullptr) return gone();
        std::string bytes;
        for (const auto& slot : found->slots)
            bytes += slot->bytes.substr(0, 60 - std::min<std::size_t>(60, bytes.size()));
        std::string shown;
        trace::append_quoted(shown, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()},
                             found->size_bytes(), 48);
        out_ << found->size_bytes() << " of " << found->capacity_bytes() << " bytes"
             << (bytes.empty() ? "" : ": " + shown) << "\n";
        out_ << "    written by " << ends(cast, kernel, id, kernel::FileKind::pipe_write) << "; read by "
             << ends(cast, kernel, id, kernel::FileKind::pipe_read) << "\n";
    }

    static std::string ends(const Cast& cast, const kernel::Kernel& kernel, kernel::PipeId pipe,
                            kernel::FileKind end) {
        std::string text;
        for (const kernel::FileId file : kernel::pipe_ends(kernel, pipe, end)) {
            for (const kernel::Holder& holder : kernel::holders(kernel, file)) {
                text += (text.empty() ? "" : ", ") + cast.title(holder.process) + " (fd " +
                        std::to_string(holder.fd) + ")";
            }
        }
        return text.empty() ? "nobody" : text;
    }

    void source(const Condition& look, const engine::Machine& machine) {
        for (const auto& program : *machine.programs) {
            for (const vm::SourceFile& file : program->files) {
                if (file.is_library || (look.file && file.name.find(*look.file) == std::string::npos))
                    continue;
                excerpt(file, look.number);
                return;
            }
        }
    }

    void excerpt(const vm::SourceFile& file, std::int64_t wanted) {
        std::size_t begin = 0;
        for (std::int64_t line = 1; begin < file.text.size() && line <= wanted + 2; line++) {
            const std::size_t end = std::min(file.text.find('\n', begin), file.text.size());
            if (line >= wanted - 2) {
                const std::string number = std::to_string(line);
                const std::string text = (line == wanted ? "> " : "  ") +
                                         std::string(4 - std::min<std::size_t>(4, number.size()), ' ') +
                                         number + "  " + file.text.substr(begin, end - begin);
                out_ << "  " << (line == wanted ? style("\033[1m", text) : text) << "\n";
            }
            begin = end + 1;
        }
    }

    void output(const engine::Machine& machine) {
        const std::string text = engine::outcome(machine).standard_output;
        if (text.empty()) {
            out_ << "  " << style("\033[1m", "output") << ": nothing so far\n";
            return;
        }
        out_ << "  " << style("\033[1m", "output") << ":\n";
        const std::size_t skipped = text.size() > 1000 ? text.find('\n', text.size() - 1000) + 1 : 0;
        if (skipped > 0) out_ << "    ...\n";
        for (std::size_t begin = skipped; begin < text.size();) {
            const std::size_t end = std::min(text.find('\n', begin), text.size());
            out_ << "    " << text.substr(begin, end - begin) << "\n";
            begin = end + 1;
        }
    }

    void variable(const Cast& cast, const Condition& look, const engine::Machine& machine) {
        const Cast::Member* member = cast.find(look.process);
        if (member == nullptr) return;
        const kernel::Tid task(member->pid.value);
        const vm::Context* context = machine.contexts.find(task);
        const kernel::Process* process = machine.kernel.processes.find(member->pid);
        if (context == nullptr || process == nullptr) return;
        const vm::Program& program = machine.program_of(task);
        const auto depth = static_cast<std::size_t>(std::max(vm::user_frame(program, *context), 0));
        const auto found = vm::variable(program, *context, machine.kernel.spaces[process->space],
                                        machine.kernel.memory, depth, look.name);
        out_ << "  " << style("\033[1m", look.process.text + "." + look.name) << ": "
             << (found ? found->value : "not in scope here") << "\n";
    }

    void descriptor(const Cast& cast, const Condition& look, const kernel::Kernel& kernel) {
        const Cast::Member* member = cast.find(look.process);
        const kernel::Process* process = member != nullptr ? kernel.processes.find(member->pid) : nullptr;
        if (process == nullptr) return;
        const kernel::FdEntry* entry = process->fds->find(static_cast<kernel::Fd>(look.number));
        out_ << "  " << style("\033[1m", "fd " + std::to_string(look.number) + " of " + look.process.text)
             << ": "
             << (entry != nullptr && entry->file ? kernel::describe(kernel, kernel::ref(entry->file))
                                                 : "closed")
             << "\n";
    }

    const Lesson& lesson_;
    std::ostream& out_;
    const TerminalOptions& options_;
};

/// A line of the reader's; nothing where the input has ended or says q.
std::optional<std::string> ask(std::istream& in, std::ostream& out, const std::string& prompt) {
    out << prompt << std::flush;
    std::string line;
    if (!std::getline(in, line) || line == "q") return std::nullopt;
    return line;
}

}  // namespace

TerminalResult play_in_terminal(const Lesson& lesson, const TimelineFactory& make, std::istream& in,
                                std::ostream& out, const TerminalOptions& options) {
    TerminalResult result;
    Show show(lesson, out, options);
    Player player(lesson, make);
    show.title(lesson.title);
    show.paragraph(lesson.summary);
    show.narration(lesson.introduction);
    while (!player.at_end()) {
        const std::size_t number = player.next_step() + 1;
        const LessonStep& step = lesson.steps[number - 1];
        show.title(std::to_string(number) + "/" + std::to_string(lesson.steps.size()) + "  " + step.title);
        show.narration(step.before);
        std::optional<std::size_t> given;
        if (step.predict) show.question(*step.predict);
        if (options.ask && step.predict) {
            const auto line = ask(in, out, "Your answer (a letter, Enter to skip, q to leave): ");
            if (!line) return result;
            if (line->size() == 1 && (*line)[0] >= 'a' &&
                (*line)[0] < static_cast<char>('a' + step.predict->choices.size()))
                given = static_cast<std::size_t>((*line)[0] - 'a');
            result.asked++;
            result.right += given == step.predict->answer;
        }
        out << (step.predict ? "\n" : "");
        if (!step.runs() && step.look.empty() && step.expect.empty() && !step.predict) {
            player.play_next();
        } else {
            if (step.is_puzzle()) show.paragraph("Puzzle: bring it about that " + text_of(step.goal) + ".");
            const StepResult played = player.play_next(options.ask ? options.solve : Solve{});
            if (player.timeline() != nullptr) {
                show.calls(step, *player.timeline(), played);
                show.looks(step, *player.timeline());
                out << "\n";
            }
            show.checks(played);
            result.failed += !played.reached;
            for (const Checked& one : played.checked) result.failed += !one.verdict.holds;
        }
        if (step.predict) show.answer(*step.predict, given);
        show.narration(step.after);
        if (options.ask && !player.at_end() && !ask(in, out, "Enter to go on, q to leave: ")) return result;
    }
    result.completed = true;
    if (result.asked > 0) out << "You predicted " << result.right << " of " << result.asked << ".\n";
    if (result.failed > 0)
        out << result.failed << (result.failed == 1 ? " expectation does" : " expectations do")
            << " not hold.\n";
    return result;
}

}  // namespace ipclab::lesson
